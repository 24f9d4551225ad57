"""The national statistics 'Children's social work workforce' of the Department for Education: read, compare, download."""

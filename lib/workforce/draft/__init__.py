"""From a council's paper to checked claims: read it, propose what follows from what, let a person decide, write the data."""

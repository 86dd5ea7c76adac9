"""Table data as Athena's SerDes read it."""

"""What is stored and how it is asked for: functions over an open connection, one module per kind of thing."""

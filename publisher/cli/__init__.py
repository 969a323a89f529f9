"""The command line: each verb is parsed, one function of the desk is called, its answer is printed."""

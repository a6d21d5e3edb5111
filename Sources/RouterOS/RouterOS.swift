// RouterOS: being built.

// HTTPServer: being built.

// Telemetry: being built.

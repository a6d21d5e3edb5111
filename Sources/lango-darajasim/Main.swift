import DarajaSimulator
import Glibc

/// The simulated payment service as a program of its own; never linked into the gateway.
@main
struct Main {
    static func main() {
        exit(DarajaSimulatorProgram.run(Array(CommandLine.arguments.dropFirst())))
    }
}

import Glibc
import RouterSimulator

/// The simulated router as a program of its own; never linked into the gateway.
@main
struct Main {
    static func main() {
        exit(RouterSimulatorProgram.run(Array(CommandLine.arguments.dropFirst())))
    }
}

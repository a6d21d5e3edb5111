import Arguments
import Glibc
import SQL
import Values

/// The program: finds the command, runs it, and turns what goes wrong into a sentence and an exit code.
@main
struct Lango {
    static let version = "0.1.0"

    static let commands: [Command] =
        OperationCommands.all + DemoCommand.all + SetupCommands.all + RouterCommands.all + RouterEditCommands.all
        + AdoptionCommands.all + SurveyCommands.all + SweepCommands.all + ReplaceCommand.all + TrafficCommands.all
        + RouterChangeCommands.all + BackupCommands.all + VoucherCommands.all + LineCommands.all
        + WhyCommand.all + AccessCommands.all + PaymentCommands.all + MessageCommands.all + LedgerCommands.all

    static func main() async {
        let parser = CommandLineParser(
            program: "lango", about: "Lango \(version): a captive portal for internet providers.", commands: commands)
        do {
            switch try parser.parse(Array(CommandLine.arguments.dropFirst())) {
            case .help(let text): Console.show(text)
            case .run(let command, let invocation): try await command.run(invocation)
            }
        } catch let misuse as Misuse {
            Console.complain(misuse.description)
            exit(64)
        } catch {
            Console.complain(Sentence.about(error))
            exit(1)
        }
    }
}

/// The terminal: results go to standard output, everything else to standard error.
enum Console {
    static func show(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: 1) }

    static func complain(_ text: String) { write("lango: \(text)\n", to: 2) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

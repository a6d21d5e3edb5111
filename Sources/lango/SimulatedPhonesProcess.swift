import JSON
import Payments
import Values

/// The simulated payment service with its phones, as the separate program that it is.
struct SimulatedPhonesProcess {
    /// The demo's paybill.
    static let shortCode = "522522"

    private let process: SimulatorProcess
    let credentials: RailCredentials
    /// The page of the phones, where a person enters the PIN.
    let phonesURL: String
    let controlURL: String
    let controlToken: String

    /// Starts the program that lies beside this one and waits until it is ready.
    ///
    /// Its keys are as real as its money, so they may stand on its command line.
    ///
    /// - Throws: `SimulatorProcess.Failure` where it is missing, its port is taken, or it is not ready within ten seconds.
    init(ports: DemoPorts) throws {
        let (key, secret, passkey) = ("demo-key", "demo-secret", "demo-passkey")
        let (process, ready) = try SimulatorProcess.start(
            "lango-darajasim",
            [
                "--port", "\(ports.payments)", "--consumer-key", key, "--consumer-secret", secret,
                "--business", "\(Self.shortCode):\(passkey)", "--exit-with-parent",
            ])
        guard let url = ready["url"]?.text, let phones = ready["phones"]?.text,
            let control = ready["control"]?["url"]?.text, let token = ready["control"]?["token"]?.text
        else {
            process.stop()
            throw SimulatorProcess.Failure(
                description: "the simulated payment service did not start; is the port \(ports.payments) in use? "
                    + "Choose others with --port")
        }
        self.process = process
        credentials = RailCredentials(
            address: url, consumerKey: key, consumerSecret: Secret(secret), passkey: Secret(passkey))
        phonesURL = phones
        controlURL = control
        controlToken = token
    }

    /// Ends the program and waits for its end.
    func stop() { process.stop() }
}

import JSON
import Values

/// The simulated router, as the separate program that it is.
struct SimulatedRouterProcess {
    private let process: SimulatorProcess
    let username = "lango"
    /// Made for this start, and told to nobody else.
    let password: String
    let certificateFingerprint: String
    let controlURL: String
    let controlToken: String

    /// Starts the program that lies beside this one and waits until it is ready.
    ///
    /// - Throws: `SimulatorProcess.Failure` where it is missing, a port is taken, or it is not ready within ten seconds.
    init(data: String, ports: DemoPorts, version: String, portalFiles: String) throws {
        password = String((0..<20).map { _ in "abcdefghjkmnpqrstuvwxyz23456789".randomElement() ?? "a" })
        let arguments = [
            "--data", data + "/router", "--phone-port", "\(ports.phones)", "--rest-port", "\(ports.rest)",
            "--rest-tls-port", "\(ports.restTLS)", "--control-port", "\(ports.control)", "--api-port", "\(ports.api)",
            "--api-tls-port", "\(ports.apiTLS)", "--ssh-port", "\(ports.ssh)", "--version", version,
            "--user", username, "--portal-files", portalFiles, "--identity", "market-gate",
            "--walled-garden", "127.0.0.1:\(ports.gateway)", "--exit-with-parent",
        ]
        // The password goes along in the environment, which unlike the arguments nobody else on the machine can read.
        let (process, ready) = try SimulatorProcess.start(
            "lango-routersim", arguments, environment: ["LANGO_ROUTERSIM_PASSWORD=\(password)"])
        guard let seen = ready["rest"]?["fingerprint"]?.text, let url = ready["control"]?["url"]?.text,
            let token = ready["control"]?["token"]?.text
        else {
            process.stop()
            throw SimulatorProcess.Failure(
                description: "the simulated router did not start; is one of the ports \(ports.phones) to "
                    + "\(ports.ssh) in use? Choose others with --port")
        }
        self.process = process
        certificateFingerprint = seen
        controlURL = url
        controlToken = token
    }

    /// Ends the program and waits for its end.
    func stop() { process.stop() }
}

/// Whatever keeps a connection suspended and must hear when that has to end.
protocol Suspension: AnyObject, Sendable {
    /// Ends the wait: time is up, the server stops, or the client is gone. From any thread, any number of times.
    func end(_ reason: RequestRefusal)

    /// Looked in on a few times a second by the caretaker; `isPeerGone` once the client has closed its side.
    func look(at milliseconds: UInt64, isPeerGone: Bool)
}

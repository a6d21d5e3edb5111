package import Values

/// The first question to a router, to find out whether it is there.
package enum RouterKnock {
    /// How long it may take: less than other exchanges, so that many dead routers are soon told.
    package static let patience = Span.seconds(15)
}

extension RouterTransport {
    /// Some properties of `/system/resource`.
    ///
    /// - Throws: `RouterError` where the router does not answer within `RouterKnock.patience`, or refuses us.
    package func knock(for properties: [String]) async throws(RouterError) -> RouterRecord {
        let outcome = await withTaskGroup(of: Result<RouterRecord, RouterError>.self) { group in
            group.addTask {
                do throws(RouterError) {
                    return .success(try await readRecord(.systemResource, properties: properties))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // The deadline of the answer; cut short when that is there.
                try? await Task.sleep(for: .milliseconds(RouterKnock.patience.milliseconds))
                return .failure(RouterError(.timedOut(maybeDone: false), in: .systemResource))
            }
            defer { group.cancelAll() }
            return await group.next()
        }
        guard let outcome else { throw RouterError(.notReady, in: .systemResource) }
        return try outcome.get()
    }
}

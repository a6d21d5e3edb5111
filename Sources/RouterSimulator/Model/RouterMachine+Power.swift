package import Values

/// What befalls the board.
extension RouterMachine {
    /// An orderly restart: sessions end and are counted, counters are saved, cookies stay.
    package mutating func reboot(at time: Instant) {
        advance(to: time)
        reboot()
    }

    mutating func reboot() {
        endSessions(because: "reboot")
        start()
        note("system,info", "router rebooted")
    }

    /// Ends all sessions and saves the counters.
    mutating func endSessions(because reason: String) {
        for session in hotspot.sessions { close(session.id, because: reason) }
        endPPPSessions(because: reason)
        save()
    }

    /// The plug is pulled: sessions vanish uncounted, counters fall back to the last save.
    ///
    /// With `losingClock` the board wakes in January 1970 and stays there until `ntpAfter` has passed; nil is forever.
    /// Without, it has kept the time that it showed, right or wrong, and the network sets it as late.
    package mutating func cutPower(losingClock: Bool, ntpAfter: Span?, at time: Instant) {
        advance(to: time)
        hotspot.sessions = []
        hotspot.totals = hotspot.savedTotals
        start()
        let correctedAt = ntpAfter.map { now + $0 }
        if losingClock {
            clock.lose(at: now, correctedAt: correctedAt)
        } else {
            clock.awaitNetwork(at: now, correctedAt: correctedAt)
        }
        note("system,error,critical", "router was rebooted without proper shutdown")
    }

    private mutating func start() {
        hotspot.hosts = []
        endPPPSessions(because: "")
        queueUsage = [:]
        forgetTimedEntries()
        apiSessions = []
        schedule = [:]
        waitingScripts = []
        startCounters()
        bootedAt = now
        bootCount += 1
        log = RouterLog()
        note("system,info", "this is lango-routersim, a simulated router: nothing here is a MikroTik product")
    }

    /// Interfaces count from nothing, and sessions are numbered anew.
    private mutating func startCounters() {
        for (id, row) in tables["/interface"]?.rows ?? [:] {
            let counters = Self.freshCounters.filter { $0.value == "0" }
            tables["/interface"]?.update(id, row.merging(counters) { $1 })
        }
        hotspot.startNumbers()
        pppCount = 0
    }

    /// Someone pressed reset: the tables are as the router was delivered.
    package mutating func resetTables(at time: Instant) {
        advance(to: time)
        let (phones, journal, clock, revision) = (hotspot.phones, self.journal, self.clock, self.revision)
        self = RouterMachine(settings, at: now)
        // Whoever watches compares revisions.
        self.revision &+= revision
        hotspot.phones = phones
        self.journal = journal
        self.clock = clock
    }

    /// Switches a feature of the device mode; `hotspot` off leaves the rows and stops the service.
    package mutating func setDeviceMode(_ feature: String, _ isOn: Bool, at time: Instant) {
        advance(to: time)
        singletons["/system/device-mode", default: [:]][feature] = isOn ? "true" : "false"
        guard feature == "hotspot", !isOn else { return }
        for session in hotspot.sessions { close(session.id, because: "hotspot service is shutting down") }
        hotspot.hosts = []
    }

    /// Counts a request for the control side.
    package mutating func countRequest(_ menu: String, _ verb: String) { journal.count(menu, verb) }

    /// Forgets writes and counts.
    package mutating func clearJournal() { journal.clear() }

    /// Puts the router's clock ahead, or behind for a negative span.
    package mutating func stepClock(by span: Span, at time: Instant) {
        advance(to: time)
        clock.step(by: span, at: now)
    }

    /// Lets the clock gain so many milliseconds in a million.
    package mutating func driftClock(_ perMillion: Int64, at time: Instant) {
        advance(to: time)
        clock.setDrift(perMillion, at: now)
    }

    /// Sets the zone by its distance from UTC.
    package mutating func setZone(secondsAhead: Int64, at time: Instant) {
        advance(to: time)
        clock.gmtOffset = secondsAhead
        clock.zoneName = "manual"
    }
}

import Crypto
import Entitlements
import HTTPServer
import Locales
import Provisioning
import Tenancy
import Values

/// The right of a device to its own entitlement's pages; travels in links and forms, signed.
struct DevicePass: Hashable, Sendable {
    let entitlement: ID<Entitlement>
    let mac: MACAddress
    /// Whether its holder showed the voucher's code.
    ///
    /// Who was recognised by the hardware address alone may be anybody that
    /// knows it: such a pass leads back in, and never out.
    let isProven: Bool
    /// The effect that lets the device in, for the waiting page.
    let effect: ID<Effect>?

    init(entitlement: ID<Entitlement>, mac: MACAddress, isProven: Bool, effect: ID<Effect>? = nil) {
        self.entitlement = entitlement
        self.mac = mac
        self.isProven = isProven
        self.effect = effect
    }

    /// The bit above those of the hardware address.
    private static let provenBit: UInt64 = 1 << 48

    /// Entitlement, device and effect as numbers of eight bytes, the most significant first.
    fileprivate var bytes: [UInt8] {
        let device = mac.bits | (isProven ? Self.provenBit : 0)
        let numbers = [entitlement.high, entitlement.low, device] + (effect.map { [$0.high, $0.low] } ?? [])
        return numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) } }
    }

    fileprivate init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == 24 || bytes.count == 40 else { return nil }
        let numbers = stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map { start in
            bytes[start..<start + 8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
        entitlement = ID(high: numbers[0], low: numbers[1])
        mac = MACAddress(bits: numbers[2])
        isProven = numbers[2] & Self.provenBit != 0
        effect = numbers.count == 5 ? ID(high: numbers[3], low: numbers[4]) : nil
    }
}

extension DevicePass {
    /// The same without the effect: for what follows once the device is in.
    var onward: DevicePass { DevicePass(entitlement: entitlement, mac: mac, isProven: isProven) }
}

extension Captive {
    /// Signs a pass for the pages of one place.
    func signed(_ pass: DevicePass, _ place: Place, lasting span: Span) -> String {
        SignedToken(payload: place.seal + pass.bytes, expires: now() + span).text(for: "device", key: tokenKey)
    }

    /// - Throws: `CaptiveRefusal`: too old, not ours, or of another place.
    func pass(reading text: String, at place: Place) throws(CaptiveRefusal) -> DevicePass {
        let token: SignedToken
        do throws(SignedToken.Flaw) {
            token = try SignedToken(verifying: text, for: "device", at: now(), key: tokenKey)
        } catch {
            throw error == .expired ? .expiredLink : .forgedLink
        }
        guard token.payload.starts(with: place.seal), let pass = DevicePass(bytes: token.payload.dropFirst(16)) else {
            throw .forgedLink
        }
        return pass
    }

    /// The waiting page of an effect, with what its form may need.
    func connectionPath(
        _ effect: ID<Effect>, _ device: Device, isProven: Bool, _ handover: Handover, _ place: Place
    ) -> String {
        let pass = DevicePass(
            entitlement: device.entitlement, mac: device.mac, isProven: isProven, effect: effect)
        let token = signed(pass, place, lasting: .hours(24))
        let query = handover.onward
        return "\(place.path)/connections/\(token)" + (query.isEmpty ? "" : "?\(query)")
    }
}

extension Place {
    /// The sixteen bytes of the site's key: a pass of one place is no pass of another.
    var seal: [UInt8] {
        [site.id.high, site.id.low].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) }
        }
    }
}

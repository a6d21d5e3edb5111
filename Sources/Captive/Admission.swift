import Entitlements
import Provisioning
import SQL
import Tenancy
import Values
import Vouchers

/// A device that may go online and the effect that lets it in.
struct Admission: Sendable {
    let device: Device
    let effect: ID<Effect>
}

extension Transaction {
    /// Asks for the effect that lets a device in, unless it was refused.
    borrowing func admit<No: Refusal>(
        _ outcome: Result<Device, No>, at address: IPv4Address?, of tenant: ID<Tenant>, on now: Instant
    ) throws(SQLError) -> Result<Admission, No> {
        switch outcome {
        case .failure(let refusal): return .failure(refusal)
        case .success(let device):
            let effect = try request(.connect, device, at: address ?? IPv4Address(bits: 0), of: tenant, on: now)
            return .success(Admission(device: device, effect: effect))
        }
    }

    /// Gives a device a place, if there is one: the one that it had, or one that is free.
    borrowing func readmit(
        _ pass: DevicePass, behind router: ID<Router>, of tenant: ID<Tenant>, at now: Instant
    ) throws(SQLError) -> Result<Device, VoucherRefusal> {
        guard let entitlement = try entitlement(pass.entitlement, of: tenant) else { return .failure(.unknown) }
        if let refusal = VoucherRefusal(entitlement.balance(at: now)) { return .failure(refusal) }
        let (isMember, count) = try membership(of: pass.mac, in: entitlement.id, of: tenant)
        guard isMember || count < entitlement.deviceLimit else {
            return .failure(.deviceLimit(entitlement.deviceLimit))
        }
        let device = Device(
            entitlement: entitlement.id, mac: pass.mac, router: router,
            username: Device.username(entitlement.id, pass.mac))
        try join(device, of: tenant, at: now)
        return .success(device)
    }
}

extension Captive {
    /// Where an admitted device waits.
    func connectionPath(
        _ admission: Admission, isProven: Bool, _ handover: Handover, _ place: Place
    ) -> String {
        connectionPath(admission.effect, admission.device, isProven: isProven, handover, place)
    }

    /// What follows an admission once it is on the disk.
    func admitted(_ admission: Admission, _ handover: Handover, _ place: Place) {
        spentChallenges.spend(handover, by: admission.device.mac)
        known.add(admission.device.mac, of: place.tenant.id)
        provisioner.nudge(admission.device.router)
    }
}

import HTTPClient
import JSON
package import Values

extension Daraja {
    /// A QR code that M-PESA's app reads, as a PNG in base64, for a `data:` address.
    ///
    /// What is paid by it is told as money paid by hand. `size` is in pixels.
    package func code(
        merchant: String, reference: AccountReference, amount: Money, size: Int = 300
    ) async throws(RailError) -> String {
        guard let shillings = Self.shillings(amount) else { throw RailError(.unsendable(.badAmount)) }
        let kind: JSON =
            switch settings.business {
            case .paybill: "PB"
            case .till: "BG"
            }
        let answer = try await call(
            "/mpesa/qrcode/v1/generate",
            JSON(members: [
                ("MerchantName", .string(String(merchant.prefix(22)))), ("RefNo", .string(reference.text)),
                ("Amount", .number(shillings)), ("TrxCode", kind), ("CPI", .string(settings.payee.text)),
                ("Size", .string(String(size))),
            ]))
        // The response code is no "0" here: the picture itself says that it worked.
        guard let picture = answer["QRCode"].text, picture.utf8.allSatisfy(Self.isBase64) else {
            throw RailError(.outcomeUnknown(.unknownShape(status: 200)))
        }
        return picture
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), 48...57, UInt8(ascii: "+"),
            UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}

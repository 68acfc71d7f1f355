import CRialtoDraft
import RialtoKit

/// The contract's numbers as the kit's words; nil when there is none for a number.
extension TestOutput.Kind {
    init?(_ c: UInt32) {
        switch c {
        case RIALTO_OUTPUT_REQUEST: self = .request
        case RIALTO_OUTPUT_SOCKET_OPEN: self = .socketOpen
        case RIALTO_OUTPUT_SOCKET_SEND: self = .socketSend
        case RIALTO_OUTPUT_SOCKET_CLOSE: self = .socketClose
        case RIALTO_OUTPUT_TIMER: self = .timer
        case RIALTO_OUTPUT_TRADE: self = .trade
        case RIALTO_OUTPUT_QUOTE: self = .quote
        case RIALTO_OUTPUT_ORDER: self = .order
        case RIALTO_OUTPUT_FILL: self = .fill
        case RIALTO_OUTPUT_BALANCE: self = .balance
        case RIALTO_OUTPUT_INSTRUMENT: self = .instrument
        case RIALTO_OUTPUT_ERROR: self = .error
        default: return nil
        }
    }
}

extension SignStep.Operation {
    init?(_ c: UInt32) {
        switch c {
        case RIALTO_SIGN_HMAC_SHA256: self = .hmacSHA256
        case RIALTO_SIGN_HMAC_SHA512: self = .hmacSHA512
        case RIALTO_SIGN_ED25519: self = .ed25519
        case RIALTO_SIGN_SECP256K1: self = .secp256k1
        case RIALTO_SIGN_SHA256: self = .sha256
        case RIALTO_SIGN_SHA512: self = .sha512
        default: return nil
        }
    }
}

extension SignStep.Encoding {
    init?(_ c: UInt32) {
        switch c {
        case RIALTO_ENCODE_RAW: self = .raw
        case RIALTO_ENCODE_HEX: self = .hex
        case RIALTO_ENCODE_BASE64: self = .base64
        default: return nil
        }
    }
}

extension ByteRange {
    init?(_ c: rialto_range_t) {
        let part: Part
        switch c.part {
        case 0: part = .nowhere
        case RIALTO_PART_METHOD: part = .method
        case RIALTO_PART_URL: part = .url
        case RIALTO_PART_HEADERS: part = .headers
        case RIALTO_PART_BODY: part = .body
        case RIALTO_PART_STEP: part = .step
        default: return nil
        }
        self.init(part, from: c.offset, size: c.size)
    }
}

extension String {
    /// Copies a text of the contract; nil when it is no UTF-8.
    init?(utf8 text: rialto_text_t) {
        let bytes = UnsafeRawBufferPointer(start: text.data, count: Int(text.size))
        self.init(validating: bytes, as: UTF8.self)
    }
}

/// Where bytes lie: in a part of a request, or in what an earlier signing step gave.
public struct ByteRange: Equatable, Sendable {
    /// Parts of a request.
    public enum Part: Sendable { case nowhere, method, url, headers, body, step }

    /// The part that they lie in.
    public let part: Part
    /// Bytes from the part's start; of a step its index.
    public let offset: UInt32
    /// Bytes; `UInt32.max` reaches to the end.
    public let size: UInt32

    /// `size` bytes of a part.
    public init(_ part: Part, from offset: UInt32 = 0, size: UInt32 = .max) {
        self.part = part
        self.offset = offset
        self.size = size
    }

    /// Where `value` lies in the bytes of a part; ``nowhere`` when it is empty or no piece of them.
    public init(of value: Bytes, in part: Part, _ bytes: Bytes) {
        self = .nowhere
        guard let first = value.base, let base = bytes.base, value.count > 0 else { return }
        let offset = Int(bitPattern: first) &- Int(bitPattern: base)
        guard offset >= 0, offset <= bytes.count, value.count <= bytes.count - offset,
            bytes.count <= UInt32.max
        else { return }
        self.init(part, from: UInt32(offset), size: UInt32(value.count))
    }

    /// No place at all.
    public static let nowhere = ByteRange(.nowhere, size: 0)
    /// The whole method.
    public static let method = ByteRange(.method)
    /// The whole path and query.
    public static let url = ByteRange(.url)
    /// All headers.
    public static let headers = ByteRange(.headers)
    /// The whole content.
    public static let body = ByteRange(.body)

    /// What step `index` of the recipe gave.
    public static func step(_ index: UInt32) -> ByteRange { ByteRange(.step, from: index) }
}

/// One step of a signing recipe: an operation over ranges, joined in their order. The host knows
/// the keys, and the plugin their names alone.
public struct SignStep: Equatable, Sendable {
    /// What is done.
    public enum Operation: Sendable {
        case hmacSHA256, hmacSHA512, ed25519
        /// Of typed data only, never of a bare digest.
        case secp256k1
        /// A digest that a later step reads.
        case sha256, sha512
    }

    /// How the result is written.
    public enum Encoding: Sendable {
        /// Only as input of a later step.
        case raw
        case hex, base64
    }

    /// What is done.
    public let operation: Operation
    /// How the result is written.
    public let encoding: Encoding
    /// What is signed, one or more.
    public let ranges: [ByteRange]
    /// Name of a key of this venue; empty for digests.
    public let key: String
    /// Replaced by the encoded result; ``ByteRange/nowhere`` inserts nowhere.
    public let insert: ByteRange

    public init(
        _ operation: Operation, _ encoding: Encoding, of ranges: [ByteRange], key: String = "",
        insert: ByteRange = .nowhere
    ) {
        self.operation = operation
        self.encoding = encoding
        self.ranges = ranges
        self.key = key
        self.insert = insert
    }
}

/// A place where the host fills in a secret, or a value that it captured.
public struct Placeholder: Equatable, Sendable {
    /// Of a key or of a capture of this venue.
    public let name: String
    /// The bytes that are replaced.
    public let place: ByteRange

    public init(_ name: String, at place: ByteRange) {
        self.name = name
        self.place = place
    }
}

/// A field of a JSON answer that the host keeps: the plugin only ever sees its name.
public struct Capture: Equatable, Sendable {
    /// For placeholders.
    public let name: String
    /// Keys joined by /, such as data/token.
    public let path: String

    public init(_ name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// A request, as an exchange describes it. The kit copies all of it.
public struct Request: Equatable, Sendable {
    /// Comes back with the answer.
    public var id: UInt64
    /// Index into the declared endpoints.
    public var endpoint: UInt32
    /// Path and query.
    public var url: String
    /// Lines of `name: value`.
    public var headers: String
    /// The content.
    public var body: [UInt8]
    /// How it is signed.
    public var steps: [SignStep]
    /// Where the host fills something in.
    public var placeholders: [Placeholder]
    /// What the host keeps of the answer.
    public var captures: [Capture]
    /// Tokens that it takes from the endpoint's bucket.
    public var bucketCost: UInt32

    public init(
        id: UInt64, endpoint: UInt32, url: String, headers: String = "", body: [UInt8] = [],
        steps: [SignStep] = [], placeholders: [Placeholder] = [], captures: [Capture] = [],
        bucketCost: UInt32 = 1
    ) {
        self.id = id
        self.endpoint = endpoint
        self.url = url
        self.headers = headers
        self.body = body
        self.steps = steps
        self.placeholders = placeholders
        self.captures = captures
        self.bucketCost = bucketCost
    }
}

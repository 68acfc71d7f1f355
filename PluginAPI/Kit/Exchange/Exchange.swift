/// An exchange: a value that knows the protocol of one venue, and does no I/O.
///
/// It turns an order into the description of a request, reads the terms of a request back from its
/// final bytes, and turns answers into facts. The host sends, signs, limits and records. The
/// contract behind it is a draft and may still change.
///
/// Callbacks run on one thread at a time, should not allocate, and depend on nothing but their
/// arguments and what they were told before.
public protocol Exchange: SendableMetatype {
    /// What the exchange is; the same at every call.
    static var info: PluginInfo { get }

    /// Makes an instance from its parameters and instruments.
    init(_ setup: Setup) throws(PluginFailure)

    /// Requests that it may make, at least one; the host refuses whatever is not among them.
    var endpoints: [Endpoint] { get }

    /// Rate limits of the venue, by which endpoints are counted.
    var buckets: [Bucket] { get }

    /// Describes the request of an order, cancel or replace.
    ///
    /// Adds one request, or ``Outputs/reject(_:reason:)`` for what the venue does not offer.
    /// Encoding the same intent again gives the same client id.
    ///
    /// - Parameters:
    ///   - now_ns: Unix nanoseconds UTC.
    ///   - nonce: Rises with each call.
    mutating func encode(
        _ intent: OrderIntent, now_ns: Int64, nonce: UInt64, _ outputs: inout Outputs)

    /// Reads the terms of a trade request back from its final bytes, which may be any bytes.
    ///
    /// - Returns: nil when they are no trade request of this venue.
    func readBack(url: Bytes, body: Bytes) -> OrderTerms?

    /// An answer has come. One whose outputs did not fit is handed over again.
    mutating func onResponse(_ response: Response, _ outputs: inout Outputs)

    /// A timer that it asked for has come.
    mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ outputs: inout Outputs)
}

extension Exchange {
    /// Ignores the timer.
    public mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ outputs: inout Outputs) {}
}

/// A request that an exchange may make, over TLS. There are none that move money off the venue.
public struct Endpoint: Equatable, Sendable {
    /// Whether it sends, changes or cancels orders.
    public let isTrade: Bool
    /// Such as POST.
    public let method: String
    /// Host name.
    public let host: String
    /// Without query.
    public let path: String
    /// Index of its rate limit among the buckets.
    public let bucket: UInt32

    /// One that reads.
    public static func read(
        _ method: String, host: String, path: String, bucket: UInt32
    )
        -> Endpoint
    {
        Endpoint(isTrade: false, method: method, host: host, path: path, bucket: bucket)
    }

    /// One that sends, changes or cancels an order.
    public static func trade(
        _ method: String, host: String, path: String, bucket: UInt32
    )
        -> Endpoint
    {
        Endpoint(isTrade: true, method: method, host: host, path: path, bucket: bucket)
    }
}

/// A rate limit: a bucket of tokens.
public struct Bucket: Equatable, Sendable {
    /// Name for people.
    public let name: String
    /// Tokens, above 0.
    public let capacity: UInt32
    /// One token comes back every so often, above 0.
    public let refill_ns: Int64

    public init(_ name: String, capacity: UInt32, refill_ns: Int64) {
        self.name = name
        self.capacity = capacity
        self.refill_ns = refill_ns
    }
}

/// An answer to a request, which may be any bytes. Valid for the callback that is given it.
public struct Response {
    /// When the host had it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// As the request gave it.
    public let requestId: UInt64
    /// HTTP status; -1 refused by the host, -2 no answer, -3 timeout.
    public let status: Int32
    /// Lines of `name: value`.
    public let headers: Bytes
    /// The content.
    public let body: Bytes

    /// Whether the status is 200...299.
    public var isSuccess: Bool { (200...299).contains(status) }

    @usableFromInline init(_ c: UnsafePointer<rialto_responses_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        requestId = c.pointee.request_id[row]
        status = c.pointee.status[row]
        headers = Bytes(c.pointee.headers[row])
        body = Bytes(c.pointee.body[row])
    }
}

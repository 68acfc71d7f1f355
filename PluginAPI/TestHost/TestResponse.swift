/// An answer to a request of an exchange; its content may be any bytes.
public struct TestResponse: Equatable, Sendable {
    /// When the host had it, Unix nanoseconds UTC.
    public var time_ns: Int64
    /// As the request gave it.
    public var requestId: UInt64
    /// HTTP status; -1 refused by the host, -2 no answer, -3 timeout.
    public var status: Int32
    /// Lines of `name: value`.
    public var headers: [UInt8]
    /// The content.
    public var body: [UInt8]

    public init(
        at time_ns: Int64, requestId: UInt64 = 0, status: Int32 = 200, headers: String = "",
        body: [UInt8]
    ) {
        self.time_ns = time_ns
        self.requestId = requestId
        self.status = status
        self.headers = Array(headers.utf8)
        self.body = body
    }
}

extension TestEvent {
    /// An answer with status 200.
    public static func response(
        at time_ns: Int64, requestId: UInt64 = 0, _ body: String
    ) -> TestEvent {
        .response(TestResponse(at: time_ns, requestId: requestId, body: Array(body.utf8)))
    }
}

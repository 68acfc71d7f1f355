internal import CRialtoDraft

/// A request over the network, as a strategy describes it, by the draft `rialto.requests/1`. The
/// host checks, sends and records it; no secret is in it but as `{{name}}` in a header.
public struct NetworkRequest: Equatable, Sendable {
    /// Comes back with the answer; above 0.
    public var id: UInt64
    /// `GET`, `POST`, `PUT` or `DELETE`.
    public var method: String
    /// Whole, such as `https://api.example.com/v1/items`.
    public var address: String
    /// Lines of `name: value`, without line ends.
    public var headers: [String]
    /// The content.
    public var body: String
    /// Not waited for any longer, Unix nanoseconds UTC; 0 for the host's own patience.
    public var deadline_ns: Int64

    public init(
        id: UInt64, method: String, address: String, headers: [String] = [], body: String = "",
        deadline_ns: Int64 = 0
    ) {
        self.id = id
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.deadline_ns = deadline_ns
    }

    /// As the contract passes it.
    var text: String {
        ([method + " " + address] + headers + ["", body]).joined(separator: "\n")
    }
}

/// Where a plugin may ask: the host refuses whatever its ``PluginInfo`` does not name, and what the
/// operator does not allow.
public struct RequestPlace: Equatable, Sendable {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    public let method: String
    /// Lower case; `*` for any host that the operator names.
    public let host: String
    /// Exact, without query; starts with `/`.
    public let path: String

    public init(_ method: String, host: String = "*", path: String) {
        self.method = method
        self.host = host
        self.path = path
    }
}

/// Everything that a plugin may ask. Make one as a global constant and let ``Plugin/asking(_:)``
/// answer from it; its C tables live as long as the process.
public struct RequestPlaces: Sendable {
    private let address: Int

    /// - Parameter places: 1...64.
    public init(_ places: RequestPlace...) {
        precondition((1...64).contains(places.count), "there are 1...64 places")
        let list = UnsafeMutablePointer<rialto_request_place_t>.allocate(capacity: places.count)
        for (index, place) in places.enumerated() {
            (list + index).initialize(
                to: rialto_request_place_t(
                    struct_size: UInt32(MemoryLayout<rialto_request_place_t>.stride), reserved: 0,
                    method: LibraryTables.text(place.method), host: LibraryTables.text(place.host),
                    path: LibraryTables.text(place.path)))
        }
        let table = UnsafeMutablePointer<rialto_requests_t>.allocate(capacity: 1)
        table.initialize(
            to: rialto_requests_t(
                struct_size: UInt32(MemoryLayout<rialto_requests_t>.size),
                place_count: UInt32(places.count), places: UnsafePointer(list)))
        address = Int(bitPattern: table)
    }

    /// Answers `rialto_plugin_t.get_extension`; nil for another id.
    public func answer(_ id: rialto_text_t) -> UnsafeRawPointer? {
        String(id) == RIALTO_REQUESTS_EXTENSION ? UnsafeRawPointer(bitPattern: address) : nil
    }
}

import CRialtoDraft
import RialtoKit

/// What an exchange said. Fields that its kind does not name are 0 or empty.
public struct TestOutput: Equatable, Sendable {
    /// What an output is about.
    public enum Kind: Equatable, Sendable {
        case request, socketOpen, socketSend, socketClose, timer
        case trade, quote, order, fill, balance, instrument, error
    }

    /// What it is about.
    public var kind: Kind
    /// Entry of the batch that it answers.
    public var row: UInt32 = 0
    /// Of requests: index into the declared endpoints.
    public var endpoint: UInt32 = 0
    /// Of the request, socket or timer.
    public var id: UInt64 = 0
    /// Of requests: path and query.
    public var url = ""
    /// Of requests: lines of `name: value`.
    public var headers = ""
    /// Content, currency, name, or a text for people.
    public var body = ""
    /// How a request is signed.
    public var steps: [SignStep] = []
    /// Where the host fills something in.
    public var placeholders: [Placeholder] = []
    /// What the host keeps of the answer.
    public var captures: [Capture] = []
    /// Tokens that a request takes.
    public var bucketCost: UInt32 = 0
    /// Of timers, Unix nanoseconds UTC.
    public var time_ns: Int64 = 0
    /// 0 when not stated.
    public var venueTime_ns: Int64 = 0
    /// The host's id of the order.
    public var clientId: UInt64 = 0
    /// Index of the instrument.
    public var instrument: UInt32 = 0
    /// `RIALTO_BUY`, `RIALTO_SELL` or `RIALTO_SIDE_UNKNOWN`.
    public var side: UInt32 = 0
    /// `RIALTO_ORDER_SUBMITTED`...
    public var state: UInt32 = 0
    /// `RIALTO_REASON_...`
    public var reason: UInt32 = 0
    /// Price, or the best bid.
    public var price: Int64 = 0
    /// Quantity, or that at the best bid.
    public var quantity: Int64 = 0
    /// So far.
    public var filled: Int64 = 0
    /// Best ask, or the step of prices.
    public var price2: Int64 = 0
    /// Quantity at the best ask, or the step of quantities.
    public var quantity2: Int64 = 0
    /// In units of 10^-18.
    public var fee: Int128 = 0
    /// In units of 10^-18.
    public var amount: Int128 = 0
    /// In units of 10^-18.
    public var held: Int128 = 0

    /// An output without terms.
    public init(_ kind: Kind) { self.kind = kind }

    /// Copies an item; nil when its kind is unknown or a text in it is no UTF-8.
    init?(_ c: rialto_output_t) {
        guard let kind = Kind(c.kind), let url = String(utf8: c.url),
            let headers = String(utf8: c.headers), let body = String(utf8: c.body),
            let steps = TestOutput.steps(c), let placeholders = TestOutput.placeholders(c),
            let captures = TestOutput.captures(c)
        else { return nil }
        self.init(kind)
        self.url = url
        self.headers = headers
        self.body = body
        self.steps = steps
        self.placeholders = placeholders
        self.captures = captures
        copyNumbers(c)
    }

    private mutating func copyNumbers(_ c: rialto_output_t) {
        row = c.row
        endpoint = c.endpoint
        id = c.id
        bucketCost = c.bucket_cost
        time_ns = c.time_ns
        venueTime_ns = c.venue_time_ns
        clientId = c.client_id
        instrument = c.instrument
        side = UInt32(c.side)
        state = UInt32(c.state)
        reason = UInt32(c.reason)
        price = c.price
        quantity = c.quantity
        filled = c.filled
        price2 = c.price_2
        quantity2 = c.quantity_2
        fee = Int128(c.fee)
        amount = Int128(c.amount)
        held = Int128(c.held)
    }

    private static func steps(_ c: rialto_output_t) -> [SignStep]? {
        var steps: [SignStep] = []
        for index in 0..<Int(c.step_count) {
            let step = c.steps[index]
            guard let operation = SignStep.Operation(step.operation),
                let encoding = SignStep.Encoding(step.encoding), let key = String(utf8: step.key),
                let insert = ByteRange(step.insert)
            else { return nil }
            let ranges = (0..<Int(step.range_count)).map { ByteRange(step.ranges[$0]) }
            guard ranges.allSatisfy({ $0 != nil }) else { return nil }
            steps.append(
                SignStep(
                    operation, encoding, of: ranges.compactMap(\.self), key: key, insert: insert))
        }
        return steps
    }

    private static func placeholders(_ c: rialto_output_t) -> [Placeholder]? {
        var list: [Placeholder] = []
        for index in 0..<Int(c.placeholder_count) {
            let one = c.placeholders[index]
            guard let name = String(utf8: one.name), let place = ByteRange(one.place) else {
                return nil
            }
            list.append(Placeholder(name, at: place))
        }
        return list
    }

    private static func captures(_ c: rialto_output_t) -> [Capture]? {
        var list: [Capture] = []
        for index in 0..<Int(c.capture_count) {
            let one = c.captures[index]
            guard let name = String(utf8: one.name), let path = String(utf8: one.path) else {
                return nil
            }
            list.append(Capture(name, path: path))
        }
        return list
    }
}

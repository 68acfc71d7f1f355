internal import CRialtoDraft

/// Where an exchange says what it wants sent and what it has learnt. Valid for the callback that is
/// given it.
public struct Outputs: ~Copyable {
    private let table: UnsafeMutablePointer<rialto_outputs_t>
    private let scratch: OutputScratch
    /// Of the order that is being encoded.
    private let intent: OrderIntent?
    /// Entry of the batch that is being answered.
    private var row: UInt32 = 0
    /// Outputs before it.
    private var kept: UInt32 = 0
    /// Whether something did not fit.
    private(set) var hasOverflowed = false

    init(
        _ table: UnsafeMutablePointer<rialto_outputs_t>, _ scratch: OutputScratch,
        encoding intent: OrderIntent? = nil
    ) {
        self.table = table
        self.scratch = scratch
        self.intent = intent
        scratch.removeAll()
    }

    mutating func begin(row: UInt32) {
        self.row = row
        kept = table.pointee.count
    }

    /// Takes back what the present row has added.
    mutating func takeBack() {
        while table.pointee.count > kept {
            table.pointee.count -= 1
            item(table.pointee.count).pointee = rialto_output_t()
        }
    }

    /// Whether the run of rows ends after the present time group.
    var isHalfFull: Bool { table.pointee.count > table.pointee.capacity / 2 }

    private func item(_ index: UInt32) -> UnsafeMutablePointer<rialto_output_t> {
        (table.pointee.items + Int(index) * Int(table.pointee.item_size))
            .assumingMemoryBound(to: rialto_output_t.self)
    }

    private mutating func add(_ kind: UInt32, _ output: consuming rialto_output_t?) {
        guard var output, table.pointee.count < table.pointee.capacity else {
            hasOverflowed = true
            return
        }
        output.struct_size = UInt32(MemoryLayout<rialto_output_t>.size)
        output.kind = kind
        output.row = row
        item(table.pointee.count).pointee = output
        table.pointee.count += 1
    }

    /// An output whose body is a text; nil when it does not fit.
    private func output(_ body: some Collection<UInt8>, id: UInt64 = 0) -> rialto_output_t? {
        guard let body = scratch.text(body) else { return nil }
        var output = rialto_output_t()
        output.id = id
        output.body = body
        return output
    }

    /// Asks for a request. The one of an order gets its client id and instrument by itself.
    public mutating func request(_ request: Request) {
        var output = scratch.request(request)
        output?.client_id = intent?.clientId ?? 0
        output?.instrument = intent?.instrument ?? 0
        add(RIALTO_OUTPUT_REQUEST, output)
    }

    /// Says that the venue does not offer an order: rejected, for `reason`, `RIALTO_REASON_...`.
    public mutating func reject(
        _ intent: OrderIntent, reason: UInt32 = RIALTO_REASON_UNSUPPORTED
    ) {
        order(
            OrderReport(
                clientId: intent.clientId, instrument: intent.instrument, side: intent.side,
                state: RIALTO_ORDER_REJECTED, reason: reason, price: intent.price,
                quantity: intent.quantity, filled: 0))
    }

    /// Says what became of an order.
    public mutating func order(_ report: OrderReport) {
        var output = rialto_output_t()
        output.client_id = report.clientId
        output.instrument = report.instrument
        output.side = UInt8(truncatingIfNeeded: report.side)
        output.state = UInt8(truncatingIfNeeded: report.state)
        output.reason = UInt16(truncatingIfNeeded: report.reason)
        output.price = report.price
        output.quantity = report.quantity
        output.filled = report.filled
        output.venue_time_ns = report.venueTime_ns
        add(RIALTO_OUTPUT_ORDER, output)
    }

    /// Says that an order was executed, whole or in part.
    public mutating func fill(_ report: FillReport) {
        var output = rialto_output_t()
        output.client_id = report.clientId
        output.instrument = report.instrument
        output.side = UInt8(truncatingIfNeeded: report.side)
        output.price = report.price
        output.quantity = report.quantity
        output.fee = rialto_cash_t(report.fee)
        output.venue_time_ns = report.venueTime_ns
        add(RIALTO_OUTPUT_FILL, output)
    }

    /// Says that a trade was printed. `takerSide` may be `RIALTO_SIDE_UNKNOWN`.
    public mutating func trade(
        _ instrument: UInt32, price: Int64, quantity: Int64, takerSide: UInt32,
        venueTime_ns: Int64 = 0
    ) {
        var output = rialto_output_t()
        output.instrument = instrument
        output.price = price
        output.quantity = quantity
        output.side = UInt8(truncatingIfNeeded: takerSide)
        output.venue_time_ns = venueTime_ns
        add(RIALTO_OUTPUT_TRADE, output)
    }

    /// Says what the best bid and ask are; a price of 0 is an empty side.
    public mutating func quote(
        _ instrument: UInt32, bidPrice: Int64, bidQuantity: Int64, askPrice: Int64,
        askQuantity: Int64, venueTime_ns: Int64 = 0
    ) {
        var output = rialto_output_t()
        output.instrument = instrument
        output.price = bidPrice
        output.quantity = bidQuantity
        output.price_2 = askPrice
        output.quantity_2 = askQuantity
        output.venue_time_ns = venueTime_ns
        add(RIALTO_OUTPUT_QUOTE, output)
    }

    /// Says what the account holds of a currency, and how much of it orders bind, in 10^-18.
    public mutating func balance(_ currency: String, amount: Int128, held: Int128) {
        var output = output(currency.utf8)
        output?.amount = rialto_cash_t(amount)
        output?.held = rialto_cash_t(held)
        add(RIALTO_OUTPUT_BALANCE, output)
    }

    /// Names an instrument of the venue and its steps, above 0 and in the host's units.
    public mutating func instrument(
        _ index: UInt32, name: String, priceStep: Int64, quantityStep: Int64
    ) {
        var output = output(name.utf8)
        output?.instrument = index
        output?.price_2 = priceStep
        output?.quantity_2 = quantityStep
        add(RIALTO_OUTPUT_INSTRUMENT, output)
    }

    /// Reports what went wrong, for people. `request` is its id, or 0; `reason` is
    /// `RIALTO_REASON_...`.
    public mutating func error(request: UInt64 = 0, reason: UInt32, _ text: String) {
        var output = output(text.utf8, id: request)
        output?.reason = UInt16(truncatingIfNeeded: reason)
        add(RIALTO_OUTPUT_ERROR, output)
    }

    /// Asks for a socket, by an id of the plugin's own.
    public mutating func openSocket(_ id: UInt64, url: String) {
        var output = output("".utf8, id: id)
        if let url = scratch.text(url.utf8) { output?.url = url } else { output = nil }
        add(RIALTO_OUTPUT_SOCKET_OPEN, output)
    }

    /// Sends a message over a socket.
    public mutating func send(_ id: UInt64, _ body: [UInt8]) {
        add(RIALTO_OUTPUT_SOCKET_SEND, output(body, id: id))
    }

    /// Closes a socket.
    public mutating func closeSocket(_ id: UInt64) {
        add(RIALTO_OUTPUT_SOCKET_CLOSE, output("".utf8, id: id))
    }

    /// Asks to be called at `time_ns`, Unix nanoseconds UTC.
    public mutating func timer(id: UInt64, at time_ns: Int64) {
        var output = rialto_output_t()
        output.id = id
        output.time_ns = time_ns
        add(RIALTO_OUTPUT_TIMER, output)
    }
}

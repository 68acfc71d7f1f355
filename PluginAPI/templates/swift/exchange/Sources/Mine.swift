import RialtoKit

// VENUE: where it is reached. The host refuses any request that is not declared in `endpoints`.
private let host = "paper.invalid"
private let orders = "/v1/orders"
private let cancels = "/v1/cancels"

// VENUE: headers. The host puts the signature in the place of the zeros at the end.
private let headers = """
    Content-Type: application/json
    X-Signature: 0000000000000000000000000000000000000000000000000000000000000000
    """

/// A codec for one venue. It does no I/O: it says what to send, and reads the answers; the host
/// sends, signs and limits. The contract is a draft, and may still change.
///
/// As it stands it speaks the protocol of Rialto's paper venue: name its id as the `plugin` of the
/// `venue` in a run file, and every order of a backtest passes through it. Whatever says VENUE is
/// what you change for yours.
struct Mine: Exchange {
    static let info = PluginInfo(
        id: "{{id}}", version: "0.1.0", name: "{{name}}",
        summary: "Encodes orders for a venue and decodes its answers.", author: "Unknown",
        license: "Apache-2.0", parameters: [])

    private let instruments: VenueInstruments
    private var json = JSONWriter()

    // VENUE: the signature is HMAC-SHA256 of path and body under a key that the host alone knows.
    private let steps = [
        SignStep(
            .hmacSHA256, .hex, of: [.url, .body], key: "paper",
            insert: ByteRange(.headers, from: UInt32(headers.utf8.count - 64), size: 64))
    ]

    init(_ setup: Setup) throws(PluginFailure) {
        // VENUE: its name of an instrument, such as BTCUSD for BTC/USD.
        instruments = try VenueInstruments(setup.instruments) { (one) throws(PluginFailure) in
            one.name
        }
    }

    var endpoints: [Endpoint] {
        [
            .trade("POST", host: host, path: orders, bucket: 0),
            .trade("POST", host: host, path: cancels, bucket: 0),
        ]
    }

    // VENUE: 100 requests at once, then 100 a second.
    var buckets: [Bucket] { [Bucket("orders", capacity: 100, refill_ns: 10_000_000)] }

    // VENUE: what an order looks like on the wire.
    mutating func encode(
        _ intent: OrderIntent, now_ns: Int64, nonce: UInt64, _ outputs: inout Outputs
    ) {
        let isCancel = intent.kind == RIALTO_INTENT_CANCEL
        guard let venue = instruments[intent.instrument], isCancel || intent.isPlainOrder else {
            return outputs.reject(intent)
        }
        json.begin()
        json.text("client_id", DecimalText(intent.clientId))
        json.text("nonce", DecimalText(nonce))
        json.text("instrument", venue.name)
        if !isCancel { writeTerms(intent, venue.info) }
        outputs.request(
            Request(
                id: nonce, endpoint: isCancel ? 1 : 0, url: isCancel ? cancels : orders,
                headers: headers, body: json.end(), steps: steps))
    }

    // VENUE: the terms of an order.
    private mutating func writeTerms(_ intent: OrderIntent, _ info: InstrumentInfo) {
        let isLimit = intent.orderType == RIALTO_ORDER_LIMIT
        json.text("side", intent.side == RIALTO_SELL ? "sell" : "buy")
        json.text("type", isLimit ? "limit" : "market")
        json.text("lifetime", ["gtc", "ioc", "fok"][Int(intent.timeInForce)])
        json.text("quantity", DecimalText(intent.quantity, decimals: info.quantityDecimals))
        guard isLimit else { return }
        json.text("price", DecimalText(intent.price, decimals: info.priceDecimals))
    }

    // The host compares these terms with the order before it sends anything, and reads the bytes at
    // the places for itself: take them from the bytes, never from memory.
    func readBack(url: Bytes, body: Bytes) -> OrderTerms? {
        let isOrder = url.spells(orders)
        guard isOrder || url.spells(cancels), let object = JSONObject(body),
            let info = object.word("instrument").flatMap(instruments.named)?.info,
            let clientId = object.id("client_id"),
            let price = object.unitsOrZero("price", decimals: info.priceDecimals),
            let quantity = object.unitsOrZero("quantity", decimals: info.quantityDecimals),
            let side = isOrder ? side(object) : 0,
            // What looks like one price must not be sent as another.
            !isOrder || (object.word("type") == "limit") == (price > 0)
        else { return nil }
        func place(_ key: Bytes) -> ByteRange {
            object.word(key).map { ByteRange(of: $0, in: .body, body) } ?? .nowhere
        }
        var places = OrderTerms.Places()
        places.instrument = place("instrument")
        places.side = place("side")
        places.price = place("price")
        places.quantity = place("quantity")
        places.clientId = place("client_id")
        return OrderTerms(
            kind: isOrder ? RIALTO_INTENT_ORDER : RIALTO_INTENT_CANCEL, clientId: clientId,
            instrument: info.index, side: side, price: price, quantity: quantity, places: places)
    }

    mutating func onResponse(_ response: Response, _ outputs: inout Outputs) {
        guard response.isSuccess, let (order, fill) = answer(response.body) else {
            return outputs.error(
                request: response.requestId, reason: RIALTO_REASON_VENUE,
                "the answer is none that the venue documents")
        }
        outputs.order(order)
        if fill.quantity > 0 { outputs.fill(fill) }
    }

    // VENUE: what an answer looks like. Nil when it is anything else, or contradicts itself.
    private func answer(_ body: Bytes) -> (OrderReport, FillReport)? {
        guard let object = JSONObject(body),
            let info = object.word("instrument").flatMap(instruments.named)?.info,
            let clientId = object.id("client_id"), let side = side(object),
            let state = object.word("status").flatMap(state),
            let price = object.unitsOrZero("price", decimals: info.priceDecimals),
            let quantity = object.units("quantity", decimals: info.quantityDecimals),
            let filled = object.units("filled", decimals: info.quantityDecimals),
            let fillPrice = object.unitsOrZero("fill_price", decimals: info.priceDecimals),
            let fillQuantity = object.unitsOrZero("fill_quantity", decimals: info.quantityDecimals),
            let fee = object.cashOrZero("fee")
        else { return nil }
        let hasFilled = state == RIALTO_ORDER_PARTLY_FILLED || state == RIALTO_ORDER_FILLED
        let isFill = fillPrice > 0 && fillQuantity > 0 && fillQuantity <= filled
        guard quantity > 0, price >= 0, filled >= 0, filled <= quantity,
            hasFilled ? isFill : fillPrice == 0 && fillQuantity == 0,
            (filled == quantity) == (state == RIALTO_ORDER_FILLED)
        else { return nil }
        let reason = state == RIALTO_ORDER_REJECTED ? RIALTO_REASON_VENUE : RIALTO_REASON_NONE
        let order = OrderReport(
            clientId: clientId, instrument: info.index, side: side, state: state, reason: reason,
            price: price, quantity: quantity, filled: filled)
        let fill = FillReport(
            clientId: clientId, instrument: info.index, side: side, price: fillPrice,
            quantity: fillQuantity, fee: fee)
        return (order, fill)
    }

    private func side(_ object: JSONObject) -> UInt32? {
        switch object.word("side") {
        case "buy": RIALTO_BUY
        case "sell": RIALTO_SELL
        default: nil
        }
    }

    private func state(_ word: Bytes) -> UInt32? {
        switch word {
        case "accepted": RIALTO_ORDER_ACCEPTED
        case "partly_filled": RIALTO_ORDER_PARTLY_FILLED
        case "filled": RIALTO_ORDER_FILLED
        case "canceled": RIALTO_ORDER_CANCELED
        case "rejected": RIALTO_ORDER_REJECTED
        default: nil
        }
    }
}

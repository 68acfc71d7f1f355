import RialtoTestHost

/// An exchange that encodes into `kind,client,instrument,side,quantity,price`, and does besides
/// what the quantity says. An answer is a word that says what to do.
struct ProbeExchange: Exchange {
    static let info = PluginInfo(
        id: "org.example.probe-exchange", version: "1.0.0", name: "Probe exchange",
        summary: "Does as it is told.", author: "A. Tester", license: "Apache-2.0",
        parameters: [.integer(1, "buckets", 0...1, initial: 1, "How many there are")])

    let buckets: [Bucket]
    private let instruments: VenueInstruments
    private let steps = [
        SignStep(.sha256, .raw, of: [.body]),
        SignStep(
            .hmacSHA512, .base64, of: [.url, .step(0)], key: "main",
            insert: ByteRange(.headers, from: 3, size: 4)),
    ]

    init(_ setup: Setup) throws(PluginFailure) {
        buckets = setup.integer(1) == 0 ? [] : [Bucket("all", capacity: 10, refill_ns: 1_000_000)]
        instruments = try VenueInstruments(setup.instruments) { (one) throws(PluginFailure) in
            guard one.name != "ODD" else { throw PluginFailure("the venue has no ODD") }
            return one.name.replacing("/", with: "")
        }
    }

    var endpoints: [Endpoint] {
        [
            .trade("POST", host: "probe.invalid", path: "/orders", bucket: 0),
            .read("GET", host: "probe.invalid", path: "/time", bucket: 0),
        ]
    }

    private func request(_ body: String) -> Request {
        Request(
            id: 7, endpoint: 0, url: "/orders?x=1", headers: "S: 0000", body: Array(body.utf8),
            steps: steps,
            placeholders: [Placeholder("token", at: ByteRange(.url, from: 8, size: 3))],
            captures: [Capture("token", path: "data/token")], bucketCost: 2)
    }

    mutating func encode(
        _ intent: OrderIntent, now_ns: Int64, nonce: UInt64, _ outputs: inout Outputs
    ) {
        let name = instruments[intent.instrument]?.name ?? "none"
        let quantity = intent.quantity + (intent.quantity == 13 ? 1 : 0)
        let words: [any CustomStringConvertible] = [
            intent.kind, intent.clientId, name, intent.side, quantity, intent.price,
        ]
        var request = request(words.map(\.description).joined(separator: ","))
        switch intent.quantity {
        case 66: outputs.reject(intent)
        case 68: outputs.request(Request(id: 7, endpoint: 1, url: "/time"))
        case 69: outputs.request(Request(id: 7, endpoint: 0, url: "/elsewhere"))
        case 70: break
        case 71:
            request.body = Array(repeating: 0x78, count: 1 << 19)
            outputs.request(request)
        case 72: for _ in 0..<65 { outputs.request(request) }
        default:
            if intent.isPlainOrder { request.bucketCost = 1 }
            outputs.request(request)
        }
    }

    func readBack(url: Bytes, body: Bytes) -> OrderTerms? {
        let words = String(body).split(separator: ",")
        guard String(url).hasPrefix("/orders"), words.count == 6, let kind = UInt32(words[0]),
            let clientId = UInt64(words[1]), let side = UInt32(words[3]),
            let quantity = Int64(words[4]), let price = Int64(words[5])
        else { return nil }
        func word(_ index: Int) -> Bytes {
            let start = words[..<index].reduce(0) { $0 + $1.utf8.count + 1 }
            return body[start..<start + words[index].utf8.count]
        }
        func place(_ index: Int) -> ByteRange { ByteRange(of: word(index), in: .body, body) }
        guard let venue = instruments.named(word(2)) else { return nil }
        var places = OrderTerms.Places()
        places.clientId = place(1)
        places.instrument = place(2)
        places.side = place(quantity == 15 ? 1 : 3)
        places.quantity = place(quantity == 14 ? 3 : 4)
        places.price = price > 0 || quantity == 16 ? place(5) : .nowhere
        return OrderTerms(
            kind: kind, clientId: clientId, instrument: venue.info.index, side: side, price: price,
            quantity: quantity, places: places)
    }

    mutating func onResponse(_ response: Response, _ outputs: inout Outputs) {
        let id = response.requestId
        switch response.body {
        case "two": for _ in 0..<2 { outputs.timer(id: id, at: 5) }
        case "many": for _ in 0..<65 { outputs.timer(id: id, at: 5) }
        case "all": sayAll(&outputs)
        case _ where response.isSuccess: outputs.timer(id: id, at: response.time_ns)
        default:
            outputs.error(request: id, reason: RIALTO_REASON_VENUE, String(response.body))
        }
    }

    mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ outputs: inout Outputs) {
        outputs.timer(id: id + 1, at: time_ns + 1)
    }

    /// One output of every kind but requests and errors.
    private func sayAll(_ outputs: inout Outputs) {
        outputs.openSocket(1, url: "wss://probe.invalid/feed")
        outputs.send(1, Array("hello".utf8))
        outputs.closeSocket(1)
        outputs.trade(0, price: 5, quantity: 6, takerSide: RIALTO_SELL)
        outputs.quote(0, bidPrice: 1, bidQuantity: 2, askPrice: 3, askQuantity: 0)
        outputs.order(
            OrderReport(
                clientId: 9, instrument: 0, side: RIALTO_BUY, state: RIALTO_ORDER_PARTLY_FILLED,
                price: 3, quantity: 4, filled: 1, venueTime_ns: 8))
        outputs.fill(
            FillReport(
                clientId: 9, instrument: 0, side: RIALTO_BUY, price: 3, quantity: 1,
                fee: -(1 << 100)))
        outputs.balance("USD", amount: 1 << 90, held: 7)
        outputs.instrument(0, name: "BTCUSD", priceStep: 10, quantityStep: 100)
        outputs.timer(id: 4, at: 5)
    }
}

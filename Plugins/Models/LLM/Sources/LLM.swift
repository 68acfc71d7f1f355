import RialtoKit
import RialtoLLM

/// Asks a language model what to do, in the layout of the Alpha Arena, and does what survives the
/// rules. Whatever goes wrong on the way, nothing is opened.
struct LLM: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.llm", version: "1.0.0", name: "Language model",
        summary: "Asks a language model for decisions and does what survives the rules.",
        author: "The Rialto authors", license: "Apache-2.0", parameters: Settings.parameters)

    private let settings: Settings
    private let showsDerivatives: Bool
    private let places: [UInt32: Int]
    private let currency: String
    private var coins: [Coin]
    private var minds: Minds
    private var money = Money()
    /// Requests that wait for their time or for room, oldest first.
    private var outbox: [Letter] = []
    /// When the next question is due; 0 at the start: at once.
    private var due_ns: Int64 = 0
    private var orderId: UInt64 = 0

    /// A request that waits, and how often there was no room for it.
    private struct Letter: Codable {
        let request: DecisionDesk.Request
        var tries = 0
    }

    /// The whole state.
    private struct Memory: Codable {
        let coins: [Coin.Memory]
        let minds: Minds.Memory
        let money: Money
        let outbox: [Letter]
        let due_ns: Int64
        let orderId: UInt64
    }

    private static let intraday_ns: Int64 = 180_000_000_000
    private static let context_ns: Int64 = 14_400_000_000_000
    /// Timers: a question, and requests that wait.
    private static let question: UInt64 = 1
    private static let waiting: UInt64 = 2

    init(_ setup: Setup) throws(PluginFailure) {
        settings = try Settings(setup)
        showsDerivatives = setup.boolean(52)
        coins = setup.instruments.map(Coin.init)
        places = Dictionary(
            uniqueKeysWithValues: setup.instruments.enumerated().map { ($1.index, $0) })
        currency = setup.instruments.first?.currency ?? ""
        minds = Minds(settings, seed: setup.random())
        guard coins.allSatisfy({ $0.info.currency == currency }) else {
            throw PluginFailure("all instruments are to settle in one currency")
        }
    }

    var needs: [Need] {
        let derivatives: [Need] = showsDerivatives ? [.funding(), .openInterest()] : []
        return [
            .bars(), .bars(interval_ns: LLM.intraday_ns, history: 60),
            .bars(interval_ns: LLM.context_ns, history: 60), .ownOrders, .fills, .account,
            .timers, .responses,
        ] + derivatives
    }

    var intentsPerGroup: UInt32 { 256 }

    // MARK: the market

    mutating func onBar(_ bar: Bar, _ intents: inout Intents) {
        guard let place = places[bar.instrument] else { return }
        let unit = coins[place].info.priceUnit, close = Double(bar.close) * unit
        if bar.interval_ns == LLM.context_ns {
            coins[place].watch.take(
                contextHigh: Double(bar.high) * unit, low: Double(bar.low) * unit, close: close,
                volume: Double(bar.volume) * coins[place].info.quantityUnit)
        }
        if bar.interval_ns == LLM.intraday_ns {
            coins[place].watch.take(intradayClose: close, mid: close)
        }
        coins[place].price = bar.close
        coins[place].watch.take(price: close)
        guard !intents.isWarmUp else { return }
        leave(place, close, at: bar.time_ns, &intents)
        guard bar.time_ns >= due_ns else { return }
        if due_ns == 0 { due_ns = bar.time_ns }
        due_ns += ((bar.time_ns - due_ns) / settings.interval_ns + 1) * settings.interval_ns
        // The question comes behind every bar of this time.
        intents.timer(id: LLM.question, at: bar.time_ns)
    }

    mutating func onFunding(_ funding: FundingEvent, _ intents: inout Intents) {
        guard let place = places[funding.instrument] else { return }
        coins[place].watch.take(funding: Double(funding.rate_e9) / 1e9)
    }

    mutating func onOpenInterest(_ interest: OpenInterestEvent, _ intents: inout Intents) {
        guard let place = places[interest.instrument] else { return }
        coins[place].watch.take(
            openInterest: Double(interest.quantity) * coins[place].info.quantityUnit)
    }

    // MARK: its own

    mutating func onAccount(_ account: AccountEvent, _ intents: inout Intents) {
        money.take(account, profit: profit)
    }

    mutating func onFill(_ fill: FillEvent, _ intents: inout Intents) {
        guard let place = places[fill.instrument] else { return }
        coins[place].take(fill)
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        guard UInt32(order.state) == RIALTO_ORDER_REJECTED, order.orderId > 0 else { return }
        note("{\"time_ns\":\(order.time_ns),\"rejected\":\(order.reason)}", &intents)
    }

    // MARK: questions and answers

    mutating func onTimer(_ id: UInt64, at time_ns: Int64, _ intents: inout Intents) {
        if id == LLM.question {
            let value = money.value(profit: profit)
            money.mark(value)
            let shown = snapshot(at: time_ns)
            let outcome = minds.tick(at: time_ns) { minutes, invocation in
                var asked = shown
                asked.minutesSinceStart = minutes
                asked.invocation = invocation
                return asked
            }
            follow(outcome, at: time_ns, &intents)
        }
        send(at: time_ns, &intents)
    }

    mutating func onResponse(_ response: Response, _ intents: inout Intents) {
        receive(
            response.requestId, response.status, retryAfter(response), Array(response.body),
            at: response.time_ns, &intents)
        send(at: response.time_ns, &intents)
    }

    private mutating func receive(
        _ id: UInt64, _ status: Int32, _ retryAfter: String?, _ body: [UInt8], at time_ns: Int64,
        _ intents: inout Intents
    ) {
        let outcome = minds.receive(
            id: id, status: status, retryAfter: retryAfter, body: body, at: time_ns,
            now: snapshot(at: time_ns))
        if status == -1 {
            intents.log(
                "a request was refused: " + String(decoding: body.prefix(500), as: UTF8.self),
                level: RIALTO_LOG_WARNING)
        }
        follow(outcome, at: time_ns, &intents)
    }

    private func retryAfter(_ response: Response) -> String? {
        let lines = String(decoding: Array(response.headers), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix("retry-after:") }
            .map { String($0.dropFirst(12).drop { $0 == " " }) }
    }

    private mutating func follow(
        _ outcome: Minds.Outcome, at time_ns: Int64, _ intents: inout Intents
    ) {
        for line in outcome.lines { note(line, &intents) }
        for verdict in outcome.verdicts where verdict.isAccepted {
            act(on: verdict, at: time_ns, &intents)
        }
        outbox += outcome.requests.map { Letter(request: $0) }
    }

    /// Sends what may be sent by now. What does not fit beside other texts waits for the next call;
    /// what never fits is given up as refused.
    private mutating func send(at time_ns: Int64, _ intents: inout Intents) {
        var later: [Letter] = [], wake: Int64?
        let waiting = outbox
        outbox = []
        for letter in waiting {
            let request = letter.request
            if request.notBefore_ns > time_ns {
                later.append(letter)
                wake = min(wake ?? .max, request.notBefore_ns)
            } else if intents.request(network(request)) {
                continue
            } else if letter.tries >= 8 {
                receive(
                    request.id, -1, nil, Array("it is larger than a request may be".utf8),
                    at: time_ns, &intents)
            } else {
                later.append(Letter(request: request, tries: letter.tries + 1))
                wake = time_ns
            }
        }
        outbox += later
        if let wake { intents.timer(id: LLM.waiting, at: wake) }
    }

    private func network(_ request: DecisionDesk.Request) -> NetworkRequest {
        NetworkRequest(
            id: request.id, method: "POST", address: settings.base + settings.provider.path,
            headers: request.call.headers, body: request.call.body,
            deadline_ns: request.deadline_ns)
    }

    private func note(_ line: String, _ intents: inout Intents) {
        intents.note(coins.first?.info.index ?? 0, line)
    }

    // MARK: state

    func save() -> [UInt8]? {
        StateText.bytes(
            of: Memory(
                coins: coins.map(\.memory), minds: minds.memory, money: money, outbox: outbox,
                due_ns: due_ns, orderId: orderId))
    }

    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool {
        guard let memory = StateText.value(Memory.self, from: state),
            memory.coins.count == coins.count
        else { return false }
        var coins = coins, minds = minds
        for place in coins.indices where !coins[place].takeOver(memory.coins[place]) {
            return false
        }
        guard minds.takeOver(memory.minds) else { return false }
        (self.coins, self.minds, money) = (coins, minds, memory.money)
        (outbox, due_ns, orderId) = (memory.outbox, memory.due_ns, memory.orderId)
        return true
    }

    // MARK: the account

    private var profit: Double { coins.reduce(0) { $0 + $1.profit } }

    private func snapshot(at time_ns: Int64) -> MarketSnapshot {
        let value = money.value(profit: profit)
        return MarketSnapshot(
            asOf_ns: time_ns, minutesSinceStart: 0, invocation: 0,
            coins: coins.map(\.watch.snapshot),
            account: MarketSnapshot.Account(
                currency: currency, returnPercent: money.returnPercent(value), cash: money.cash,
                value: value, sharpe: money.sharpe, positions: coins.compactMap(\.shown)))
    }

    // MARK: orders

    private mutating func act(
        on verdict: Verdict, at time_ns: Int64, _ intents: inout Intents
    ) {
        guard let place = verdict.instrument else { return }
        let coin = coins[place], decision = verdict.decision
        switch decision.action {
        case .hold: return
        case .close: close(place, coin.position.magnitude, &intents)
        case .reduce:
            let part = Double(coin.position.magnitude) * (decision.sizeFraction ?? 0.5)
            let step = UInt64(coin.info.quantityStep)
            close(place, UInt64(part) / step * step, &intents)
        case .openLong, .openShort: open(place, verdict, at: time_ns, &intents)
        }
    }

    private mutating func open(
        _ place: Int, _ verdict: Verdict, at time_ns: Int64, _ intents: inout Intents
    ) {
        let coin = coins[place], decision = verdict.decision, info = coin.info
        let isLong = decision.action == .openLong, leverage = decision.leverage ?? 1
        let notional = (verdict.sizeFraction ?? 0) * leverage * money.value(profit: profit)
        let quantity = coin.quantity(ofNotional: notional)
        guard quantity > 0 else { return note("{\"too_small\":\"\(info.name)\"}", &intents) }
        let away = (decision.stopLossPercent ?? 0) / 100
        let stop =
            decision.stopLoss
            ?? (away > 0 ? coin.last * (isLong ? 1 - away : 1 + away) : nil)
        coins[place].plan = ExitPlan(
            leverage: leverage, stop: stop, takeProfit: decision.takeProfit,
            invalidation: decision.invalidation, start_ns: time_ns)
        // A better price than the market's is waited for until the next question.
        let limit = decision.entry.flatMap { isLong == ($0 < coin.last) ? $0 : nil }
        func units(_ price: Double?) -> Int64 { price.map { info.price($0 / info.priceUnit) } ?? 0 }
        orderId += 1
        intents.order(
            id: orderId, info.index, side: isLong ? RIALTO_BUY : RIALTO_SELL, quantity: quantity,
            limit: units(limit), stop: units(stop), takeProfit: units(decision.takeProfit),
            expires_ns: limit == nil ? 0 : time_ns + settings.interval_ns)
    }

    private mutating func close(_ place: Int, _ quantity: UInt64, _ intents: inout Intents) {
        guard quantity > 0, coins[place].position != 0 else { return }
        orderId += 1
        intents.order(
            id: orderId, coins[place].info.index,
            side: coins[place].position > 0 ? RIALTO_SELL : RIALTO_BUY,
            quantity: Int64(clamping: quantity), reduceOnly: true)
    }

    /// Closes a position whose idea no longer holds.
    private mutating func leave(
        _ place: Int, _ close: Double, at time_ns: Int64, _ intents: inout Intents
    ) {
        guard coins[place].position != 0, let plan = coins[place].plan,
            plan.isInvalid(close: close, at: time_ns)
        else { return }
        coins[place].plan = nil
        note("{\"time_ns\":\(time_ns),\"invalidated\":\"\(coins[place].info.name)\"}", &intents)
        self.close(place, coins[place].position.magnitude, &intents)
    }
}

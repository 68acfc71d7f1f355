import RialtoText
import RialtoValues

/// Why a fill happened: the way back from it to the opinions behind it, as lines of name and value.
package struct Explanation: Sendable {
    /// Name and value, in the order of the story.
    package let lines: [(name: String, value: String)]

    /// Explains fill number `fill` of a run, counted from 0; nil when it has no such fill.
    package init?(fill number: Int, of tables: RunTables) {
        let fills = tables["fills"]
        guard number >= 0, number < fills.count else { return nil }
        var story = Story(tables)
        story.fill(number)
        lines = story.lines
    }
}

/// Gathers the lines of one explanation.
private struct Story {
    let tables: RunTables
    let names: [String]
    let instances: [String]
    var lines: [(name: String, value: String)] = []

    init(_ tables: RunTables) {
        self.tables = tables
        names = tables["instruments"].texts("name")
        instances = tables["instances"].texts("id")
    }

    private func price(_ units: Int64, _ instrument: Int) -> String {
        let decimals = tables["instruments"].integers("price_decimals")[instrument]
        return ExactDecimal.shortText(Int128(units), decimals: Int(decimals))
    }

    private func quantity(_ units: Int64, _ instrument: Int) -> String {
        let decimals = tables["instruments"].integers("quantity_decimals")[instrument]
        return ExactDecimal.shortText(Int128(units), decimals: Int(decimals))
    }

    private func money(_ amount: Int128, _ instrument: Int) -> String {
        ExactDecimal.shortText(amount, decimals: 18) + " "
            + tables["instruments"].texts("currency")[instrument]
    }

    mutating func fill(_ row: Int) {
        let fills = tables["fills"]
        let instrument = Int(fills.integers("instrument")[row])
        let side = fills.integers("side")[row]
        let order = Int(fills.integers("order")[row])
        let liquidity = ["", "maker", "taker", "inside"][Int(side >> 8)]
        let amount = quantity(fills.integers("quantity")[row], instrument)
        let level = price(fills.integers("price")[row], instrument)
        lines.append(
            (
                "fill \(row)",
                (side & 255 == 1 ? "bought" : "sold")
                    + " \(amount) \(names[instrument]) at \(level), "
                    + "\(liquidity), fee \(money(fills.wide("fee")[row], instrument))"
            ))
        lines.append(
            (
                "time",
                UnixTime.text(fills.integers("time_ns")[row])
                    + " (venue: " + UnixTime.text(fills.integers("venue_time_ns")[row]) + ")"
            ))
        let account = Int(fills.integers("account")[row])
        lines.append(
            (
                "account",
                tables["accounts"].texts("id")[account] + ", cash after: "
                    + money(fills.wide("cash")[row], instrument)
            ))
        self.order(order, instrument)
        shares(of: row, instrument)
    }

    private mutating func order(_ number: Int, _ instrument: Int) {
        let orders = tables["orders"]
        guard let row = orders.integers("order").firstIndex(of: Int64(number)) else { return }
        let terms = orders.integers("terms")[row]
        let type = OrderList.types[Int(terms >> 8 & 255)]
        let purpose = OrderList.purposes[Int(orders.integers("purpose")[row])]
        var text =
            "\(type) \(terms & 255 == 1 ? "buy" : "sell") of "
            + "\(quantity(orders.integers("quantity")[row], instrument)), \(purpose)"
        let limit = orders.integers("price")[row], trigger = orders.integers("trigger")[row]
        if limit > 0 { text += ", limit \(price(limit, instrument))" }
        if trigger > 0 { text += ", trigger \(price(trigger, instrument))" }
        lines.append(
            ("order \(number)", text + ", sent " + UnixTime.text(orders.integers("time_ns")[row])))
        if let end = OrderList.ends(tables)[Int64(number)] {
            lines.append(
                (
                    "became",
                    "\(end.state.word) (FIX OrdStatus \(end.state.fixStatus)), filled "
                        + quantity(end.filled, instrument)
                ))
        }
        let isForced = orders.integers("purpose")[row] >= 5
        lines.append(
            (
                "risk",
                isForced
                    ? "not asked: the position was closed whatever its owner wanted"
                    : "passed: price known, quantity, notional, price band, position, halt"
            ))
    }

    private mutating func shares(of fill: Int, _ instrument: Int) {
        let shares = tables["shares"]
        let rows = shares.integers("fill").indices.filter {
            shares.integers("fill")[$0] == Int64(fill)
        }
        for row in rows {
            let instance = Int(shares.integers("instance")[row])
            lines.append(
                (
                    "share of \(instances[instance])",
                    "\(quantity(shares.integers("quantity")[row], instrument)), fee "
                        + money(shares.wide("fee")[row], instrument) + ", position after "
                        + quantity(shares.integers("position")[row], instrument)
                ))
            intent(instance, Int(shares.integers("intent")[row]))
        }
    }

    private mutating func intent(_ instance: Int, _ sequence: Int) {
        let intents = tables["intents"]
        let owners = intents.integers("instance"), sequences = intents.integers("sequence")
        guard
            let row = owners.indices.first(where: {
                owners[$0] == Int64(instance) && sequences[$0] == Int64(sequence)
            })
        else { return }
        let instrument = Int(intents.integers("instrument")[row])
        let time = intents.integers("time_ns")[row]
        let kind = ["", "target", "order", "cancel", "replace", "timer", "log", "note", "set"][
            Int(intents.integers("kind")[row])]
        var text =
            "\(kind) \(quantity(intents.integers("quantity")[row], instrument)) "
            + "\(names[instrument]) at " + UnixTime.text(time)
        let reason = intents.integers("reason")[row]
        if reason != 0 { text += ", reason \(reason)" }
        lines.append(("intent", text))
        notes(instance, time)
        plugin(instance)
        opinions(instrument, time)
    }

    /// Notes that the instance gave at the same time.
    private mutating func notes(_ instance: Int, _ time: Int64) {
        let intents = tables["intents"], texts = tables["texts"].texts("text")
        for row in 0..<intents.count
        where intents.integers("instance")[row] == Int64(instance)
            && intents.integers("time_ns")[row] == time && intents.integers("kind")[row] == 7
        {
            let index = Int(intents.integers("text")[row])
            if texts.indices.contains(index) { lines.append(("note", texts[index])) }
        }
    }

    private mutating func plugin(_ instance: Int) {
        let used = tables["instances"]
        lines.append(
            (
                "plugin",
                ["plugin", "version"].map { used.texts($0)[instance] }.joined(separator: " ")
                    + " (\(used.texts("language")[instance])), sha256 "
                    + used.texts("sha256")[instance]
            ))
    }

    /// The last forecasts and the ensemble's opinion at or before `time`.
    private mutating func opinions(_ instrument: Int, _ time: Int64) {
        let forecasts = tables["forecasts"], models = tables["scores"].texts("model")
        let times = forecasts.integers("time_ns"), who = forecasts.integers("model")
        let what = forecasts.integers("instrument")
        for (index, id) in models.enumerated() {
            guard
                let row = times.indices.last(where: {
                    times[$0] <= time && who[$0] == Int64(index) && what[$0] == Int64(instrument)
                })
            else { continue }
            lines.append(
                (
                    "model \(id)",
                    "forecast \(Story.short(forecasts.numbers("value")[row])) with weight "
                        + "\(Story.short(forecasts.numbers("weight")[row])) at "
                        + UnixTime.text(times[row])
                ))
        }
        let opinions = tables["opinions"], said = opinions.integers("time_ns")
        let about = opinions.integers("instrument")
        if let row = said.indices.last(where: { said[$0] <= time && about[$0] == Int64(instrument) }
        ) {
            lines.append(
                (
                    "ensemble",
                    "probability up \(Story.short(opinions.numbers("probability")[row])) of "
                        + "\(opinions.integers("awake")[row]) models at " + UnixTime.text(said[row])
                ))
        }
    }

    private static func short(_ value: Double) -> String {
        let scaled = (value * 10_000).rounded() / 10_000
        return scaled.description
    }
}

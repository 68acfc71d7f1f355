import RialtoHistory
import RialtoText
import RialtoValues

/// `rialto universe --at DATE`: the instruments that were fit to trade then, by what was known.
enum UniverseCommand {
    static let command = Command(
        "universe", "choose instruments by price, liquidity and history at a point in time",
        discussion:
            "Reads the stored bars of a day, or makes days of shorter ones, and uses what was\n"
            + "known at --at alone: bars that had closed, splits and dividends that had taken\n"
            + "effect, the names of then; what had been delisted is left out. A date is its\n"
            + "midnight UTC.\n"
            + "Every instrument needs the bars of the window and one more. Dollar volume is the\n"
            + "mean of close times volume; volatility (of daily log returns) and return take\n"
            + "splits and dividends out.",
        options: [
            Option("at", .text("TIME"), "the point in time, such as 2015-06-01"),
            Option("min-price", .text("X"), "lowest last close"),
            Option("min-dollar-volume", .text("X"), "least mean dollar volume of a day"),
            Option("window", .text("DAYS"), "daily bars to measure, such as 20d", standard: "20d"),
            Option("min-history", .integer(0...100_000), "least count of daily bars"),
            Option("max-age", .text("LENGTH"), "longest silence before --at", standard: "7d"),
            Option("top", .integer(1...100_000), "how many of the best; else all"),
            Option(
                "by", .choice(Screen.Rank.allCases.map(\.rawValue)), "what the best are best by",
                standard: Screen.Rank.dollarVolume.rawValue),
            Option("kind", .choice(["spot", "linear", "inverse"]), "kind of instrument; else any"),
            Option("currency", .text("NAME"), "currency of the prices"),
            DataFolder.option,
        ],
        examples: [
            Example(
                "rialto universe --at 2015-06-01 --min-price 5 --min-history 252 --top 50",
                "the fifty most traded shares of that day with a year of history")
        ]
    ) { invocation, console in
        let screen = try screen(invocation)
        let folder = DataFolder.history(invocation)
        let result = try screen.run(folder)
        for reason in Screen.Reason.allCases {
            guard let count = result.passed[reason] else { continue }
            console.note("passed over: \(count) \(reason.rawValue)")
        }
        for error in result.damaged { console.report(error.house) }
        if !result.chosen.isEmpty {
            table(result.chosen).print(to: console)
        } else if result.passed.isEmpty, result.damaged.isEmpty {
            DataFolder.tellEmpty(folder, console)
        } else {
            console.note("no instrument was fit: look at what was passed over, and ask for less")
        }
        return result.damaged.isEmpty ? .done : .failed
    }

    private static func screen(_ invocation: Invocation) throws(HouseMessage) -> Screen {
        guard let at_ns = try invocation.time("at") else {
            throw .wrongCall(
                "universe needs --at: the time whose knowledge is used", help: "add --at 2015-06-01"
            )
        }
        var screen = Screen(at_ns: at_ns)
        screen.window = try window(invocation.text("window") ?? "20d")
        screen.historyMin = invocation.integer("min-history") ?? 0
        screen.priceMin = try amount(invocation, "min-price")
        screen.dollarVolumeMin = try amount(invocation, "min-dollar-volume").map {
            Double($0) / 1e18
        }
        screen.ageMax_ns = try invocation.length("max-age") ?? screen.ageMax_ns
        screen.rank = invocation.text("by").flatMap { Screen.Rank(rawValue: $0) } ?? .dollarVolume
        screen.top = invocation.integer("top")
        screen.currency = invocation.text("currency")
        screen.kind =
            switch invocation.text("kind") {
            case "spot": .spot
            case "linear": .linear
            case "inverse": .inverse
            default: nil
            }
        return screen
    }

    /// `20d` or `20`.
    private static func window(_ text: String) throws(HouseMessage) -> Int {
        let digits = text.hasSuffix("d") ? text.dropLast() : text[...]
        if let days = Int(digits), (2...10_000).contains(days) { return days }
        throw .wrongCall(
            "--window was \"\(text)\"; allowed is 2d...10000d", help: "such as --window 20d")
    }

    /// An amount in 10^-18, 0 or more.
    private static func amount(
        _ invocation: Invocation, _ name: String
    ) throws(HouseMessage) -> Int128? {
        guard let text = invocation.text(name) else { return nil }
        if let units = try? ExactDecimal.units128(text.utf8, decimals: 18), units >= 0 {
            return units
        }
        throw .wrongCall(
            "--\(name) was \"\(text)\"; allowed is an amount of 0 or more",
            help: "such as --\(name) 5")
    }

    private static func table(_ chosen: [Screen.Candidate]) -> Table {
        let currency = chosen.first?.instrument.currency ?? ""
        let unit = currency.isEmpty ? "" : " " + currency
        return Table(
            [
                .init("rank"), .init("instrument"), .init("name", "name then"),
                .init("last", "last close UTC"), .init("price", "price" + unit),
                .init("dollar_volume", "volume a day" + unit), .init("volatility", "volatility %"),
                .init("return", "return %"), .init("bars"),
            ],
            rows: chosen.enumerated().map { index, one in
                [
                    .count(index + 1), .text(one.instrument.name), .text(one.name),
                    .time(one.last_ns),
                    .exact(Int128(one.price), decimals: one.instrument.priceDecimals),
                    .number(one.dollarVolume, decimals: 0), .percent(one.volatility),
                    .percent(one.totalReturn), .count(one.bars),
                ]
            })
    }
}

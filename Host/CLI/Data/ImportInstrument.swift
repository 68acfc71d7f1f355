import RialtoHistory
import RialtoText
import RialtoValues

/// How many decimals an import counts in, and where that came from.
struct DecimalsChoice {
    let price: Int
    let quantity: Int
    /// What was chosen for the user, a line each.
    let remarks: [String]
}

extension DecimalsChoice {
    /// Decimals as given, or else as a first pass over the files proposes.
    static func of(
        _ invocation: Invocation, _ plan: ImportPlan, _ sources: ImportSources,
        _ console: Console
    ) throws -> DecimalsChoice {
        let price = invocation.integer("price-decimals")
        let quantity = invocation.integer("quantity-decimals")
        if let price, let quantity {
            return DecimalsChoice(price: price, quantity: quantity, remarks: [])
        }
        guard sources.canBeScanned else {
            throw HouseMessage.wrongCall(
                "import needs --price-decimals and --quantity-decimals: "
                    + sources.whyNotScanned,
                help: "add both, such as --price-decimals 2 --quantity-decimals 8")
        }
        let scans = try sources.paths.map { path in
            let input = try ByteInput(path: path)
            return try input.watched("scan", console) { progress in
                try InstrumentScan(input, plan.kind, format: plan.csv, progress: progress)
            }
        }
        return DecimalsChoice(scans, price: price, quantity: quantity, invocation)
    }

    init(
        _ scans: [InstrumentScan], price: Int?, quantity: Int?, _ invocation: Invocation
    ) {
        let prices = Proposal(
            scans.map { ($0.priceDecimalsSeen, $0.priceDecimals) },
            step: invocation.text("price-step"))
        let quantities = Proposal(
            scans.map { ($0.quantityDecimalsSeen, $0.quantityDecimals) },
            step: invocation.text("quantity-step"))
        var remarks: [String] = []
        if price == nil { remarks.append(prices.remark("price")) }
        if quantity == nil { remarks.append(quantities.remark("quantity")) }
        self.init(
            price: price ?? prices.chosen, quantity: quantity ?? quantities.chosen,
            remarks: remarks)
    }
}

/// Decimals that the files and a step suggest.
private struct Proposal {
    private let seen: Int
    let chosen: Int

    /// - Parameters:
    ///   - files: The most decimals in each file, and how many its numbers leave room for.
    ///   - step: The smallest change as given; what is no number is told of later.
    init(_ files: [(seen: Int, chosen: Int)], step: String?) {
        seen = files.map(\.seen).max() ?? 0
        let bounded = files.filter { $0.chosen < $0.seen }.map(\.chosen).min()
        let parts = step.flatMap { text in
            do throws(DecimalError) { return try ExactDecimal.parse(text.utf8) } catch {
                return nil
            }
        }
        chosen = max(min(seen, bounded ?? seen), min(18, parts?.decimals ?? 0))
    }

    func remark(_ what: String) -> String {
        let reason =
            chosen < seen
            ? "the file has \(seen), more than fit beside its largest number"
            : chosen > seen
                ? "as many as --\(what)-step needs"
                : chosen == 0 ? "the file has whole units only" : "as many as the file needs"
        return "\(what) decimals: \(chosen), \(reason); to choose, add --\(what)-decimals N"
    }
}

/// Makes instruments from the options of an import.
enum ImportInstrument {
    /// What a file says of its instrument where the options do not.
    struct Known {
        let venue: String
        let kind: InstrumentKind
    }

    /// - Returns: One instrument for each name given, and remarks on what was guessed.
    static func all(
        _ invocation: Invocation, _ decimals: DecimalsChoice
    ) throws(HouseMessage)
        -> (instruments: [Instrument], remarks: [String])
    {
        try all(
            invocation, decimals, names: invocation.texts("instrument"),
            Known(venue: "", kind: .spot))
    }

    /// - Returns: One instrument for each of `names`, and remarks on what was guessed.
    static func all(
        _ invocation: Invocation, _ decimals: DecimalsChoice, names: [String], _ known: Known
    ) throws(HouseMessage)
        -> (instruments: [Instrument], remarks: [String])
    {
        let priceStep = try step(invocation, "price", decimals.price)
        let quantityStep = try step(invocation, "quantity", decimals.quantity)
        var instruments: [Instrument] = [], remarks: [String] = []
        for name in names {
            let currency = currency(invocation, name) ?? ""
            if !invocation.isGiven("currency") {
                remarks.append(
                    "currency of \(name): \(currency), from its name; "
                        + "to choose, add --currency NAME")
            }
            instruments.append(
                Instrument(
                    name: name, venue: invocation.text("venue") ?? known.venue,
                    kind: kind(invocation) ?? known.kind,
                    priceDecimals: decimals.price, quantityDecimals: decimals.quantity,
                    priceStep: priceStep, quantityStep: quantityStep, currency: currency,
                    multiplier: Int64(invocation.integer("multiplier") ?? 1)))
        }
        return (instruments, remarks)
    }

    private static func kind(_ invocation: Invocation) -> InstrumentKind? {
        switch invocation.text("instrument-kind") {
        case "linear": .linear
        case "inverse": .inverse
        case "spot": .spot
        default: nil
        }
    }

    /// The currency given, or what stands between `/` and `:` in a name such as `BTC/USDT:USDT`.
    private static func currency(_ invocation: Invocation, _ name: String) -> String? {
        if let given = invocation.text("currency") { return given }
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let quote = parts.count == 2 ? parts[1].prefix { $0 != ":" } : ""
        return quote.isEmpty ? nil : String(quote)
    }

    /// Names that do not say in what they are paid, where the user does not either.
    static func withoutCurrency(
        _ invocation: Invocation, names: [String]? = nil
    ) -> [HouseMessage] {
        (names ?? invocation.texts("instrument")).filter { currency(invocation, $0) == nil }.map {
            name in
            .wrongCall(
                "import needs --currency: the name \(name) does not say in what it is paid",
                help: "add --currency USD, or name the instrument like \(name)/USD")
        }
    }

    /// A step in the instrument's units; one unit where none is given.
    private static func step(
        _ invocation: Invocation, _ what: String, _ decimals: Int
    )
        throws(HouseMessage) -> Int64
    {
        guard let text = invocation.text(what + "-step") else { return 1 }
        do throws(DecimalError) {
            let units = try ExactDecimal.units(text.utf8, decimals: decimals)
            guard units > 0 else { throw .outOfRange }
            return units
        } catch {
            let unit = ExactDecimal.text(1, decimals: decimals)
            throw .wrongCall(
                "--\(what)-step was \"\(text)\"; allowed is a multiple of \(unit), above 0",
                help: error == .notANumber
                    ? "such as --\(what)-step \(unit)"
                    : "a smaller step needs more decimals: see --\(what)-decimals")
        }
    }
}

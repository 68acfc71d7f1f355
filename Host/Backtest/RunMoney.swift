import RialtoLedger
import RialtoValues

/// What the prices of a run's tables are worth: in each instrument's currency, and in an account's
/// at the last prices of the run.
struct RunMoney {
    private let valuations: [Valuation?]
    private let rates: Rates
    /// Index of the currency of each account.
    private let homes: [Int]

    init(_ tables: RunTables) {
        let table = tables["instruments"], accounts = tables["accounts"].texts("currency")
        let conversions = tables["conversions"]
        let currencies = table.texts("currency"), all = currencies + accounts
        var names: [String] = []
        for name in all where !names.contains(name) { names.append(name) }
        func place(_ name: String) -> Int { names.firstIndex(of: name) ?? 0 }
        let kinds = table.integers("kind")
        let priceDecimals = table.integers("price_decimals")
        let quantityDecimals = table.integers("quantity_decimals")
        let multipliers = table.integers("multiplier")
        valuations = currencies.indices.map { index in
            let kind = index < kinds.count ? UInt8(truncatingIfNeeded: kinds[index]) : 1
            return try? Valuation(
                Instrument(
                    name: "", venue: "", kind: InstrumentKind(rawValue: kind) ?? .spot,
                    priceDecimals: Int(priceDecimals[index]),
                    quantityDecimals: Int(quantityDecimals[index]), priceStep: 1, quantityStep: 1,
                    currency: currencies[index], multiplier: multipliers[index]),
                currency: place(currencies[index]))
        }
        let bases = conversions.texts("base"), quotes = conversions.texts("quote")
        let sources = conversions.integers("instrument")
        let last = table.integers("last_price")
        let marks = currencies.indices.map { last[$0] }
        rates = marks.withUnsafeBufferPointer { marks in
            Rates(
                bases.indices.map {
                    Rates.Source(
                        base: place(bases[$0]), quote: place(quotes[$0]),
                        instrument: Int(sources[$0]),
                        decimals: Int(priceDecimals[Int(sources[$0])]))
                }, marks: marks)
        }
        homes = accounts.map(place)
    }

    /// What a quantity is worth at a price, as ``Valuation`` says, in an account's currency.
    func value(_ instrument: Int, price: Int64, quantity: Int64, account: Int) -> Int128 {
        let own = try? valuations[instrument]?.value(price: price, quantity: quantity)
        return inHome(own ?? 0, instrument, account: account)
    }

    /// An amount of an instrument's currency in that of an account; as it is where no rate is
    /// known.
    func inHome(_ amount: Int128, _ instrument: Int, account: Int) -> Int128 {
        guard account < homes.count, let currency = valuations[instrument]?.currency else {
            return amount
        }
        return (try? rates.converted(amount, from: currency, to: homes[account])) ?? amount
    }
}

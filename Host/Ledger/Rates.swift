import RialtoValues

/// What currencies are worth in each other now, taken from instruments that trade them.
package struct Rates: Sendable {
    /// One currency in another, as a price.
    package struct Source: Hashable, Sendable {
        /// Index of the currency that is bought and sold.
        package let base: Int
        /// Index of the currency in which it is priced.
        package let quote: Int
        /// Index of the instrument whose last price counts.
        package let instrument: Int
        /// Decimals of that price.
        package let decimals: Int

        package init(base: Int, quote: Int, instrument: Int, decimals: Int) {
            self.base = base
            self.quote = quote
            self.instrument = instrument
            self.decimals = decimals
        }
    }

    private struct Quotation: Sendable {
        let base: Int
        let quote: Int
        /// In units of 1/`unit`; 0 before the first.
        var price: Int128
        let unit: Int128
    }

    private var quotations: [Quotation] = []

    /// No rate at all: for accounts in one currency.
    package static let none = Rates()

    private init() {}

    /// - Parameter marks: Last price of each instrument in its price unit; 0 before the first.
    package init(_ sources: [Source], marks: UnsafeBufferPointer<Int64>) {
        quotations = sources.map { source in
            Quotation(
                base: source.base, quote: source.quote, price: Int128(marks[source.instrument]),
                unit: ExactDecimal.power10(source.decimals) ?? 1)
        }
    }

    /// An amount in another currency, half to even.
    ///
    /// - Throws: ``LedgerError``: `noRate` where no source has a price yet, `overflow`.
    @inline(__always)
    package func converted(
        _ amount: Int128, from: Int, to: Int
    ) throws(LedgerError) -> Int128 {
        if from == to || amount == 0 { return amount }
        return try quoted(amount, from: from, to: to)
    }

    @inline(never)
    private func quoted(_ amount: Int128, from: Int, to: Int) throws(LedgerError) -> Int128 {
        for rate in quotations where rate.price > 0 {
            if rate.base == from, rate.quote == to {
                return try Rounding.scaled(amount, by: rate.price, over: rate.unit)
            }
            if rate.base == to, rate.quote == from {
                return try Rounding.scaled(amount, by: rate.unit, over: rate.price)
            }
        }
        throw .noRate(currency: from)
    }
}

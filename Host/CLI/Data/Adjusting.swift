import RialtoHistory
import RialtoText
import RialtoValues

/// Prices without splits and dividends, as several commands offer them.
enum Adjusting {
    static let option = Option(
        "adjust", .choice(PriceAdjustment.allCases.map(\.rawValue)),
        "take splits, or splits and dividends (all), out of older prices",
        standard: PriceAdjustment.none.rawValue)

    /// What everybody has to know of it.
    static let discussion =
        "adjusted levels carry factors of what came later, only their returns do not."

    /// The series as the option asks for it.
    static func series(
        _ series: Series, _ invocation: Invocation, _ folder: HistoryFolder
    ) throws(HistoryError) -> Series {
        let rule = invocation.text("adjust").flatMap { PriceAdjustment(rawValue: $0) } ?? .none
        return try series.adjusted(rule, by: folder.record(of: series.instrument.name))
    }

    /// The same rows as those of an instrument with another name.
    static func renamed(_ series: Series, _ name: String) throws(HistoryError) -> Series {
        let old = series.instrument
        let instrument = Instrument(
            name: name, venue: old.venue, kind: old.kind, priceDecimals: old.priceDecimals,
            quantityDecimals: old.quantityDecimals, priceStep: old.priceStep,
            quantityStep: old.quantityStep, currency: old.currency, multiplier: old.multiplier)
        var builder = try SeriesBuilder(
            SeriesDefinition(
                instrument: instrument, kind: series.kind, interval_ns: series.interval_ns),
            capacity: series.count)
        for index in 0..<series.count { try builder.append(series.row(index)) }
        return builder.finish()
    }
}

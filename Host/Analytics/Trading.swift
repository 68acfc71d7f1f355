/// An execution as analytics needs it. Cash is in 10^-18 of the currency.
package struct ReportedFill: Hashable, Sendable {
    /// Unix nanoseconds UTC.
    package let time: Int64
    /// Index of the instrument.
    package let instrument: Int
    /// Quantity units, above 0 for a buy and below for a sell.
    package let signed: Int64
    /// What its quantity is worth at its price; below 0 of an inverse contract, whose holder owes.
    package let notional: Int128
    /// Paid; below 0 is a rebate.
    package let fee: Int128
    /// No execution: money that came in with a position (funding, a dividend), or a split that
    /// changed its quantity by `signed`.
    package let isPayment: Bool

    package init(
        time: Int64, instrument: Int, signed: Int64, notional: Int128, fee: Int128,
        isPayment: Bool = false
    ) {
        self.isPayment = isPayment
        self.time = time
        self.instrument = instrument
        self.signed = signed
        self.notional = notional
        self.fee = fee
    }
}

/// What the fills of one book say: round trips from flat to flat, and their cost.
package struct Trading: Hashable, Sendable {
    package let fills: Int
    /// Round trips that have ended.
    package let trades: Int
    /// Round trips that ended with a gain after fees.
    package let wins: Int
    /// Gain of the round trips that have ended, after fees, in 10^-18.
    package let realised: Int128
    /// Fees paid, in 10^-18.
    package let fees: Int128
    /// Sum of notionals, in 10^-18.
    package let traded: Int128
    /// Share of the time in which any position was open, 0...1.
    package let exposure: Double

    /// Share of the round trips that gained; nil without any.
    package var winRate: Double? { trades > 0 ? Double(wins) / Double(trades) : nil }

    /// Sum of notionals over mean equity; nil where that is not above zero.
    package func turnover(_ curve: EquityCurve) -> Double? {
        guard !curve.values.isEmpty else { return nil }
        let mean = curve.values.reduce(0, +) / Double(curve.values.count)
        return mean > 0 ? EquityCurve.amount(traded) / mean : nil
    }

    /// - Parameter fills: Of one book, in order of time.
    /// - Parameter from: First instant of the run; `to` is the first one after it.
    package init(_ fills: some Sequence<ReportedFill>, from: Int64, to: Int64) {
        var books: [Int: OpenTrip] = [:]
        var count = 0, trades = 0, wins = 0, open = 0
        var fees: Int128 = 0, traded: Int128 = 0, realised: Int128 = 0
        var since: Int64 = from
        var held: Double = 0
        for fill in fills {
            if open > 0 { held += Double(fill.time - since) }
            since = fill.time
            var trip = books[fill.instrument] ?? OpenTrip()
            if fill.isPayment {
                trip.restate(fill)
                books[fill.instrument] = trip
                continue
            }
            let wasOpen = trip.net != 0
            for gain in trip.apply(fill) {
                trades += 1
                realised += gain
                wins += gain > 0 ? 1 : 0
            }
            open += (trip.net != 0 ? 1 : 0) - (wasOpen ? 1 : 0)
            books[fill.instrument] = trip
            fees += fill.fee
            traded += fill.notional < 0 ? -fill.notional : fill.notional
            count += 1
        }
        if open > 0 { held += Double(max(0, to - since)) }
        self.fills = count
        self.trades = trades
        self.wins = wins
        self.realised = realised
        self.fees = fees
        self.traded = traded
        exposure = to > from ? min(1, held / Double(to - from)) : 0
    }
}

/// A position on its way from flat to flat, with the cash that went in and out.
private struct OpenTrip {
    var net: Int128 = 0
    private var cash: Int128 = 0

    /// Adds what is no execution: `notional` came in, and the quantity is another.
    mutating func restate(_ payment: ReportedFill) {
        guard net != 0 else { return }
        net += Int128(payment.signed)
        cash += payment.notional
    }

    /// Adds a fill, and returns the gain of the round trip that it ends, if any.
    ///
    /// A fill through zero ends one trip and begins the next; its cash is split by quantity, the
    /// rest of the division going to the new trip.
    mutating func apply(_ fill: ReportedFill) -> [Int128] {
        let signed = Int128(fill.signed)
        let flow = (signed > 0 ? -fill.notional : fill.notional) - fill.fee
        let after = net + signed
        let passes = (net > 0 && after <= 0) || (net < 0 && after >= 0)
        guard passes, signed != 0 else {
            net = after
            cash += flow
            return []
        }
        let share = Self.share(of: flow, net.magnitude, signed.magnitude)
        let gain = cash + share
        net = after
        cash = flow - share
        return [gain]
    }

    /// `amount * part / whole` toward zero, without overflow for any `part` up to `whole`.
    private static func share(of amount: Int128, _ part: UInt128, _ whole: UInt128) -> Int128 {
        let (quotient, rest) = amount.magnitude.quotientAndRemainder(dividingBy: whole)
        let (high, low) = rest.multipliedFullWidth(by: part)
        let magnitude = quotient * part + whole.dividingFullWidth((high, low)).quotient
        return amount < 0 ? -Int128(magnitude) : Int128(magnitude)
    }
}

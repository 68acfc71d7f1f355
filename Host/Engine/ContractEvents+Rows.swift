import RialtoValues

// Rows of what a venue of contracts says beside its trades; see `Feed.contracts`.

extension MarkEvents {
    /// The rows from `start` on; columns that hold one instrument's value are not moved.
    func advanced(by start: Int, count: Int, fixed: Bool) -> MarkEvents {
        MarkEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), markPrice: markPrice + start,
            indexPrice: indexPrice + start)
    }
}

extension OpenInterestEvents {
    /// The rows from `start` on.
    func advanced(by start: Int, count: Int, fixed: Bool) -> OpenInterestEvents {
        OpenInterestEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), quantity: quantity + start)
    }
}

extension LiquidationEvents {
    /// The rows from `start` on.
    func advanced(by start: Int, count: Int, fixed: Bool) -> LiquidationEvents {
        LiquidationEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), side: side + start, price: price + start,
            quantity: quantity + start)
    }
}

extension ContractEvents {
    /// Of each kind the rows that `rows` gives, first and count; those without any are left out.
    func rows(
        fixed: Bool, _ rows: (EventKind) -> (start: Int, length: Int)?
    ) -> ContractEvents? {
        var part = ContractEvents()
        if let marks, let (start, length) = rows(.marks) {
            part.marks = marks.advanced(by: start, count: length, fixed: fixed)
        }
        if let openInterest, let (start, length) = rows(.openInterest) {
            part.openInterest = openInterest.advanced(by: start, count: length, fixed: fixed)
        }
        if let liquidations, let (start, length) = rows(.liquidations) {
            part.liquidations = liquidations.advanced(by: start, count: length, fixed: fixed)
        }
        return part.isEmpty ? nil : part
    }

    /// Instrument of each row of a kind; nil of a kind that is not there.
    func instruments(of kind: EventKind) -> UnsafePointer<UInt32>? {
        switch kind {
        case .marks: marks?.instrument
        case .openInterest: openInterest?.instrument
        case .liquidations: liquidations?.instrument
        default: nil
        }
    }
}

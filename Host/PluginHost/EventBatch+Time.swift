import RialtoValues

extension EventBatch {
    /// Time of the last entry, in Unix nanoseconds UTC; 0 where its kind has none.
    var last_ns: Int64 { time_ns(at: count - 1) }

    /// Time of an entry, in Unix nanoseconds UTC; 0 where its kind has none, or there is no such
    /// entry.
    func time_ns(at entry: Int) -> Int64 {
        guard entry >= 0, entry < count,
            let kind = EventKind(rawValue: orderKind?[entry] ?? singleKind)
        else { return 0 }
        let row = orderRow.map { Int($0[entry]) } ?? entry
        switch kind {
        case .bars: return bars?.time_ns[row] ?? 0
        case .trades: return trades?.time_ns[row] ?? 0
        case .quotes: return quotes?.time_ns[row] ?? 0
        case .books: return books?.time_ns[row] ?? 0
        case .bookDeltas: return bookDeltas?.time_ns[row] ?? 0
        case .status: return status?.time_ns[row] ?? 0
        case .funding: return funding?.time_ns[row] ?? 0
        case .marks: return contracts?.marks?.time_ns[row] ?? 0
        case .texts: return texts?.time_ns[row] ?? 0
        case .forecasts: return forecasts?.time_ns[row] ?? 0
        case .ownOrders: return ownOrders.indices.contains(row) ? ownOrders[row].time_ns : 0
        case .fills: return fills.indices.contains(row) ? fills[row].time_ns : 0
        case .timers: return timers.indices.contains(row) ? timers[row].time_ns : 0
        case .responses: return responses.indices.contains(row) ? responses[row].time_ns : 0
        default: return 0
        }
    }
}

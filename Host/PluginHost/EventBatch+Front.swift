import RialtoValues

extension EventBatch {
    /// The batch's first `rows` entries, as a batch of their own; nil where its entries are of
    /// several kinds.
    ///
    /// - Parameter rows: 1...`count`; no time group is cut.
    func front(_ rows: Int) -> EventBatch? {
        guard orderKind == nil, orderRow == nil, let kind = EventKind(rawValue: singleKind) else {
            return nil
        }
        var front = self
        front.count = rows
        if rows < count { front.moreFollows = false }
        switch kind {
        case .bars: front.bars?.count = rows
        case .trades: front.trades?.count = rows
        case .quotes: front.quotes?.count = rows
        case .books: front.books?.count = rows
        case .bookDeltas: front.bookDeltas?.count = rows
        case .status: front.status?.count = rows
        case .funding: front.funding?.count = rows
        case .texts: front.texts?.count = rows
        case .forecasts: front.forecasts?.count = rows
        case .series: front.series?.count = rows
        default: return nil
        }
        return front
    }
}

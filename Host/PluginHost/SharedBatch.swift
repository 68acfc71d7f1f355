import CRialto

/// Lays a batch out where a worker can read it.
///
/// The structs of columns all begin with their size and their count of rows; what follows are
/// columns alone. So a kind is a list of the widths of its rows, and no pointer of the host can be
/// left in it.
struct SharedBatch {
    let window: WorkerWindow

    /// Bytes of a row of each column, in the order of the contract.
    private enum Widths {
        static let status = [8, 8, 4, 1]
        static let ownOrders = [8, 8, 8, 4, 1, 1, 2, 8, 8, 8]
        static let fills = [8, 8, 8, 4, 1, 1, 8, 8, 8, 16]
        static let account = [8, 16, 16, 16, 16, 1, 4, 4]
        static let trades = [8, 8, 4, 8, 8, 1]
        static let quotes = [8, 8, 4, 8, 8, 8, 8]
        static let books = [8, 8, 4, 4, 4, 4]
        static let bookDeltas = [8, 8, 4, 1, 1, 8, 8, 8]
        static let bars = [8, 8, 8, 4, 8, 8, 8, 8, 8, 8, 1]
        static let marks = [8, 8, 4, 8, 8]
        static let funding = [8, 8, 4, 8, 8]
        static let openInterest = [8, 8, 4, 8]
        static let liquidations = [8, 8, 4, 1, 8, 8]
        static let forecasts = [8, 4, 4, 1, 8, 8, 8, 8, 8, 8]
        static let timers = [8, 8]
        static let series = [8, 4, 4, 8]
    }

    /// Copies what a batch points at and the worker cannot see yet. Returns where the worker finds
    /// the batch; nil when it does not fit.
    func place(_ batch: UnsafePointer<rialto_batch_t>) -> UInt64? {
        window.reset()
        let given = batch.pointee, count = Int(given.count)
        // Begins without any pointer: what is not laid out below the worker does not see.
        var shared = rialto_batch_t()
        shared.struct_size = given.struct_size
        shared.flags = given.flags
        shared.count = given.count
        shared.single_kind = given.single_kind
        shared.order_kind = window.column(given.order_kind, count)
        shared.order_row = window.column(given.order_row, count)
        shared.status = placed(given.status, Widths.status)
        shared.own_orders = placed(given.own_orders, Widths.ownOrders)
        shared.fills = placed(given.fills, Widths.fills)
        shared.account = placed(given.account, Widths.account, positions(of: given.account))
        shared.trades = placed(given.trades, Widths.trades)
        shared.quotes = placed(given.quotes, Widths.quotes)
        shared.books = placed(given.books, Widths.books, levels(of: given.books))
        shared.book_deltas = placed(given.book_deltas, Widths.bookDeltas)
        shared.bars = placed(given.bars, Widths.bars)
        shared.marks = placed(given.marks, Widths.marks)
        shared.funding = placed(given.funding, Widths.funding)
        shared.open_interest = placed(given.open_interest, Widths.openInterest)
        shared.liquidations = placed(given.liquidations, Widths.liquidations)
        shared.texts = placed(texts: given.texts)
        shared.forecasts = placed(given.forecasts, Widths.forecasts)
        shared.timers = placed(given.timers, Widths.timers)
        shared.responses = placed(responses: given.responses)
        shared.series = placed(given.series, Widths.series)
        let place = window.place(shared)
        return window.isFull ? nil : place
    }

    /// A column whose rows are not those of its kind: which of them are laid out.
    private struct List {
        let width: Int
        let rows: Range<Int>
    }

    /// What accounts hold is listed beside them.
    private func positions(of account: UnsafePointer<rialto_account_t>?) -> [List] {
        var held = 0
        if let c = account?.pointee, let counts = c.position_count {
            for row in 0..<Int(c.count) { held += Int(counts[row]) }
        }
        return [List(width: 4, rows: 0..<held), List(width: 8, rows: 0..<held)]
    }

    /// Levels are counted from the start of their columns: only those of the books' rows go.
    private func levels(of books: UnsafePointer<rialto_books_t>?) -> [List] {
        var rows: Range<Int>?
        if let c = books?.pointee, let first = c.first_level, let bids = c.bid_count,
            let asks = c.ask_count
        {
            for row in 0..<Int(c.count) {
                let low = Int(first[row]), high = low + Int(bids[row]) + Int(asks[row])
                rows = min(rows?.lowerBound ?? low, low)..<max(rows?.upperBound ?? high, high)
            }
        }
        let list = List(width: 8, rows: rows ?? 0..<0)
        return [list, list]
    }

    /// Lays out answers to requests: their texts first, which columns of texts then point at.
    private func placed(
        responses source: UnsafePointer<rialto_responses_t>?
    ) -> UnsafePointer<rialto_responses_t>? {
        guard var columns = source?.pointee else { return nil }
        let count = Int(columns.count)
        columns.time_ns = window.column(columns.time_ns, count)
        columns.request_id = window.column(columns.request_id, count)
        columns.status = window.column(columns.status, count)
        columns.headers = texts(columns.headers, count)
        columns.body = texts(columns.body, count)
        return window.pointer(window.place(columns))
    }

    /// Lays out texts: each of their bytes, and then where the worker finds them.
    private func placed(
        texts source: UnsafePointer<rialto_texts_t>?
    ) -> UnsafePointer<rialto_texts_t>? {
        guard let given = source?.pointee else { return nil }
        let rows = Int(given.count)
        var columns = rialto_texts_t()
        columns.struct_size = given.struct_size
        columns.count = given.count
        columns.time_ns = window.column(given.time_ns, rows)
        columns.venue_time_ns = window.column(given.venue_time_ns, rows)
        columns.instrument = window.column(given.instrument, rows)
        columns.source = texts(given.source, rows)
        columns.author = texts(given.author, rows)
        columns.title = texts(given.title, rows)
        columns.body = texts(given.body, rows)
        return window.pointer(window.place(columns))
    }

    private func texts(
        _ source: UnsafePointer<rialto_text_t>?, _ count: Int
    ) -> UnsafePointer<rialto_text_t>? {
        guard let source else { return nil }
        return window.column(
            UnsafeBufferPointer(start: source, count: count).map { text in
                rialto_text_t(
                    data: text.size == 0 ? nil : window.column(text.data, Int(text.size)),
                    size: text.size)
            })
    }

    /// Lays out a struct of columns, and then itself.
    ///
    /// - Parameter lists: Of the columns behind those with one row for each of the kind.
    private func placed<Columns: BitwiseCopyable>(
        _ source: UnsafePointer<Columns>?, _ widths: [Int], _ lists: [List] = []
    ) -> UnsafePointer<Columns>? {
        guard let source else { return nil }
        var columns = source.pointee
        withUnsafeMutableBytes(of: &columns) { bytes in
            precondition(
                bytes.count == 8 + 8 * (widths.count + lists.count), "every column has a width")
            let rows = Int(bytes.load(fromByteOffset: 4, as: UInt32.self))
            for (index, width) in widths.enumerated() {
                move(bytes, index, List(width: width, rows: 0..<max(1, rows)))
            }
            for (index, list) in lists.enumerated() { move(bytes, widths.count + index, list) }
        }
        return window.pointer(window.place(columns))
    }

    /// Lays out one column of a struct, and points the struct at it.
    private func move(_ bytes: UnsafeMutableRawBufferPointer, _ index: Int, _ list: List) {
        let field = 8 + 8 * index
        let column = bytes.load(fromByteOffset: field, as: UInt.self)
        let skipped = list.rows.lowerBound * list.width
        let start = UnsafeRawPointer(bitPattern: column).map { $0 + skipped }
        let place = start.map { window.found($0, list.rows.count * list.width) } ?? 0
        // The worker counts rows as the host does: what was skipped lies before the place.
        let moved = place == 0 ? 0 : place &- UInt64(skipped)
        bytes.storeBytes(of: moved, toByteOffset: field, as: UInt64.self)
    }
}

/// Fewer points for the same picture.
package enum Thinning {
    /// Returns indices of at most `2 * buckets + 2` points: the lowest and highest of each of
    /// `buckets` equal spans of time, and the first and the last point.
    ///
    /// - Parameter times: Rising.
    /// - Complexity: O(points).
    package static func indices(times: [Int64], values: [Double], buckets: Int) -> [Int] {
        guard let first = times.first, let last = times.last, times.count > 2 * buckets + 2 else {
            return Array(times.indices)
        }
        let span = Double(last) - Double(first)
        var kept = [0]
        var low = 0, high = 0, current = 0
        func close() {
            for index in Set([low, high]).sorted() where index > (kept.last ?? -1) {
                kept.append(index)
            }
        }
        for index in times.indices {
            let share = (Double(times[index]) - Double(first)) / span
            let bucket = min(buckets - 1, Int(share * Double(buckets)))
            if bucket != current {
                close()
                (current, low, high) = (bucket, index, index)
            }
            if values[index] < values[low] || !values[low].isFinite { low = index }
            if values[index] > values[high] || !values[high].isFinite { high = index }
        }
        close()
        if kept.last != times.count - 1 { kept.append(times.count - 1) }
        return kept
    }

    /// Returns at most about `limit` marks: every n-th, so that busy times stay busy.
    static func marks(_ marks: [Chart.Mark], limit: Int) -> [Chart.Mark] {
        guard marks.count > limit else { return marks }
        let step = (marks.count + limit - 1) / limit
        return stride(from: 0, to: marks.count, by: step).map { marks[$0] }
    }
}

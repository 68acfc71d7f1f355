//! The mirror of the contract has the layout that the golden file states.

#[test]
fn every_struct_field_and_constant_is_as_in_the_golden() {
    let golden = include_str!("../../../../Tests/ABITests/Goldens/layout-0.txt");
    let mut expected: Vec<String> = golden.lines().map(String::from).collect();
    let mut found = rialto::abi::layout();
    expected.sort();
    found.sort();
    let differ: Vec<_> = found.iter().zip(&expected).filter(|(a, b)| a != b).take(3).collect();
    assert!(found == expected, "{} and {} lines, first: {:?}", found.len(), expected.len(), differ);
}

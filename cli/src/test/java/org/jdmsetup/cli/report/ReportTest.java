package org.jdmsetup.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layout, the order and the selection of rows, and the complaints about their options. */
class ReportTest {
  private static final Set<FieldGroup> REGIONS = EnumSet.of(FieldGroup.REGION);

  /** A region as dmstats has it: its number and length. */
  private record Region(long id, long sectors) implements Row {
    @Override
    public boolean holds(FieldGroup group) {
      return group == FieldGroup.REGION;
    }

    @Override
    public Value value(Field field) {
      return field == Field.REGION_ID
          ? Value.number(id)
          : Value.size(SizeUnits.of("h").text(new Sectors(sectors)), sectors);
    }
  }

  private final List<String> messages = new ArrayList<>();

  private List<String> print(ReportRequest request, Row... rows) throws ReportException {
    Report report = Report.open(request, messages::add);
    for (Row row : rows) {
      report.add(row);
    }
    List<String> lines = new ArrayList<>();
    report.print(lines::add);
    return lines;
  }

  @Test
  void numbersAndSizesAreAlignedRightAndSortedByValue() throws ReportException {
    assertEquals(
        List.of("RgID RgSize ", "   7   1.00m", "   2 500.00k", "  10    512b"),
        print(
            ReportRequest.of("region_id,region_len", REGIONS).keys("-region_len"),
            new Region(10, 1),
            new Region(7, 2048),
            new Region(2, 1000)));
  }

  @Test
  void numbersAreUnsigned() throws ReportException {
    assertEquals(
        List.of("1", "18446744073709551615"),
        print(
            ReportRequest.of("region_id", REGIONS).keys("id").noHeadings(true),
            new Region(-1, 1),
            new Region(1, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "len=1s, 1",
    "len=512b, 1",
    "len=.5k, 1",
    "len=1, 2048",
    "len>=1m, 2048",
    "len<1k, 1",
    "id=3 && len=1000s, 1000",
    "'!(len=1s) && id!=2', 1000",
    "'region_len>=0.48828125,len<1M', 1000"
  })
  void sizesAreSelectedByValueAndUnit(String selection, long sectors) throws ReportException {
    assertEquals(
        List.of(SizeUnits.of("h").text(new Sectors(sectors))),
        print(
            ReportRequest.of("region_len", REGIONS).selection(selection).noHeadings(true),
            new Region(1, 1),
            new Region(2, 2048),
            new Region(3, 1000)));
  }

  @Test
  void fullHeadingsWidenTheirColumns() throws ReportException {
    assertEquals(
        List.of("region_id region_len", "        1       512b"),
        print(
            ReportRequest.of("region_id,region_len", REGIONS).headings(Headings.FULL),
            new Region(1, 1)));
    assertEquals(
        List.of("   1   512b"),
        print(
            ReportRequest.of("region_id,region_len", REGIONS).headings(Headings.NONE),
            new Region(1, 1)));
  }

  @Test
  void onlyWhatIsUsedIsNeeded() throws ReportException {
    Report report =
        Report.open(
            ReportRequest.ofInfo().fields("name").keys("device_count").selection("minor>3"),
            messages::add);
    assertTrue(report.needs(FieldGroup.NAME));
    assertTrue(report.needs(FieldGroup.DEPS));
    assertTrue(report.needs(FieldGroup.INFO));
    assertFalse(report.needs(FieldGroup.TREE));
    assertFalse(report.needs(FieldGroup.STATS));
  }

  @Test
  void aRowWithoutAValueIsRefusedByName() throws ReportException {
    Report report = Report.open(ReportRequest.of("name", REGIONS), messages::add);
    assertThrows(ReportException.class, () -> report.add(new Region(1, 1)));
    assertEquals(List.of("_do_report_object: no data assigned to field name"), messages);
  }

  @Test
  void deepNestingIsRefusedInsteadOfOverflowingTheStack() {
    ReportRequest request = ReportRequest.ofInfo().selection("(".repeat(100_000));
    assertThrows(ReportException.class, () -> Report.open(request, messages::add));
  }
}

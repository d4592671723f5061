package org.jdmsetup.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TargetParamsTest {

  private static final DeviceRef SDB = new DeviceRef.Number(new DeviceNumber(8, 16));

  private static ParamsException refused(String type, long length, String params) {
    return assertThrows(ParamsException.class, () -> TargetParams.parse(type, length, params));
  }

  @Test
  void linear() throws ParamsException {
    TargetParams params = TargetParams.parse("linear", 100, " 8:16  0002048 ");
    assertEquals(new LinearParams(SDB, 2048, 100), params);
    assertEquals("8:16 2048", params.text());
    assertEquals(List.of(new DeviceUse(SDB, 2048, 100)), params.devices());
  }

  @Test
  void linearFromAFileWithABlankInItsName() throws ParamsException {
    TargetParams params = TargetParams.parse("linear", 8, "/tmp/my\\ disk 0");
    assertEquals(
        List.of(new DeviceUse(new DeviceRef.Path("/tmp/my disk"), 0, 8)), params.devices());
    assertEquals("/tmp/my\\ disk 0", params.text());
    assertEquals("7:3 0", params.text(device -> "7:3"));
  }

  @Test
  void striped() throws ParamsException {
    TargetParams params = TargetParams.parse("striped", 24, "+3 04 /dev/a 0 /dev/b 1 8:16 2");
    assertEquals("3 4 /dev/a 0 /dev/b 1 8:16 2", params.text());
    assertEquals(
        List.of(
            new DeviceUse(new DeviceRef.Path("/dev/a"), 0, 8),
            new DeviceUse(new DeviceRef.Path("/dev/b"), 1, 8),
            new DeviceUse(SDB, 2, 8)),
        params.devices());
  }

  @Test
  void errorIgnoresItsParameters() throws ParamsException {
    assertEquals(new ErrorParams(), TargetParams.parse("error", 8, "8:16 0 whatever"));
    assertEquals("", new ErrorParams().text());
  }

  @Test
  void zeroTakesNone() throws ParamsException {
    assertEquals(new ZeroParams(), TargetParams.parse("zero", 8, "  "));
    assertEquals("No arguments required", refused("zero", 8, "x").kernelText());
  }

  @Test
  void othersPassThrough() throws ParamsException {
    TargetParams params = TargetParams.parse("crypt", 8, " aes  key\\ ");
    assertEquals(" aes  key\\ ", params.text());
    assertEquals("crypt", params.type());
    assertEquals(List.of(), params.devices());
  }

  @Test
  void faultsPointAtTheWord() {
    ParamsException e = refused("striped", 16, "2 8 /dev/a 0 /dev/b 1x");
    assertEquals("Couldn't parse stripe destination", e.kernelText());
    assertEquals(5, e.word());
    assertEquals(21, e.column());
    assertEquals("'1x': expected a sector number in decimal digits", e.getMessage());
    assertEquals(List.of(new DeviceRef.Path("/dev/a")), e.devicesBefore());
  }

  @Test
  void aStripeCountNeverAllocatesMemoryOfItsOwn() {
    ParamsException e = refused("striped", 1L << 31, "2147483648 1");
    assertEquals(Problem.ENOMEM, e.errno());
    assertEquals(
        "Not enough destinations specified",
        refused("striped", 1L << 30, "1073741824 1").kernelText());
  }

  @Test
  void stripesThatDoNotFitCannotBeMade() {
    List<StripedParams.Stripe> two =
        List.of(new StripedParams.Stripe(SDB, 0), new StripedParams.Stripe(SDB, 8));
    assertThrows(IllegalArgumentException.class, () -> new StripedParams(8, two, 24));
    assertThrows(IllegalArgumentException.class, () -> new StripedParams(0, two, 16));
    assertThrows(IllegalArgumentException.class, () -> new StripedParams(8, List.of(), 16));
  }

  @Test
  void whatTheyPrintTheyRead() throws ParamsException {
    Random random = new Random(11);
    for (int i = 0; i < 50_000; i++) {
      TargetParams params = randomParams(random);
      long length =
          params instanceof LinearParams linear
              ? linear.length()
              : params instanceof StripedParams striped ? striped.length() : 8;
      assertEquals(params, TargetParams.parse(params.type(), length, params.text()));
    }
  }

  private static TargetParams randomParams(Random random) {
    switch (random.nextInt(5)) {
      case 0:
        return new LinearParams(randomDevice(random), random.nextLong(), random.nextLong());
      case 1:
        List<StripedParams.Stripe> stripes = new ArrayList<>();
        for (int n = 1 + random.nextInt(9); n > 0; n--) {
          stripes.add(new StripedParams.Stripe(randomDevice(random), random.nextLong()));
        }
        long chunk = 1 + (random.nextInt() >>> 1);
        return new StripedParams(chunk, stripes, chunk * stripes.size() * random.nextInt(999));
      case 2:
        return new ErrorParams();
      case 3:
        return new ZeroParams();
      default:
        return new RawParams("thin", random.nextInt() + " \\ \t" + random.nextInt());
    }
  }

  private static DeviceRef randomDevice(Random random) {
    return random.nextBoolean()
        ? new DeviceRef.Number(new DeviceNumber(random.nextInt(4096), random.nextInt(1 << 20)))
        : new DeviceRef.Path("/d \\\u00a0\u00ff".substring(0, 1 + random.nextInt(6)));
  }
}

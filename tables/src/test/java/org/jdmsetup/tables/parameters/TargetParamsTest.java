package org.jdmsetup.tables.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jdmsetup.tables.Errno;
import org.jdmsetup.tables.Sectors;
import org.junit.jupiter.api.Test;

class TargetParamsTest {

  private static final DeviceRef SDB = new DeviceRef.Number(new DeviceNumber(8, 16));

  private static ParamsException refused(String type, long length, String params) {
    return assertThrows(
        ParamsException.class, () -> TargetParams.parse(type, new Sectors(length), params));
  }

  @Test
  void linear() throws ParamsException {
    TargetParams params = TargetParams.parse("linear", new Sectors(100), " 8:16  0002048 ");
    assertEquals(new LinearParams(SDB, new Sectors(2048), new Sectors(100)), params);
    assertEquals("8:16 2048", params.text());
    assertEquals(
        List.of(new DeviceUse(SDB, new Sectors(2048), new Sectors(100))), params.devices());
  }

  @Test
  void linearFromAFileWithABlankInItsName() throws ParamsException {
    TargetParams params = TargetParams.parse("linear", new Sectors(8), "/tmp/my\\ disk 0");
    assertEquals(
        List.of(new DeviceUse(new DeviceRef.Path("/tmp/my disk"), Sectors.ZERO, new Sectors(8))),
        params.devices());
    assertEquals("/tmp/my\\ disk 0", params.text());
    assertEquals("7:3 0", params.text(device -> "7:3"));
  }

  @Test
  void striped() throws ParamsException {
    TargetParams params =
        TargetParams.parse("striped", new Sectors(24), "+3 04 /dev/a 0 /dev/b 1 8:16 2");
    assertEquals("3 4 /dev/a 0 /dev/b 1 8:16 2", params.text());
    assertEquals(
        List.of(
            new DeviceUse(new DeviceRef.Path("/dev/a"), Sectors.ZERO, new Sectors(8)),
            new DeviceUse(new DeviceRef.Path("/dev/b"), new Sectors(1), new Sectors(8)),
            new DeviceUse(SDB, new Sectors(2), new Sectors(8))),
        params.devices());
  }

  @Test
  void delay() throws ParamsException {
    TargetParams params = TargetParams.parse("delay", new Sectors(100), "8:16 01 0020 /dev/a 3 4");
    assertEquals("8:16 1 20 /dev/a 3 4", params.text());
    assertEquals(
        List.of(
            new DeviceUse(SDB, new Sectors(1), new Sectors(100)),
            new DeviceUse(new DeviceRef.Path("/dev/a"), new Sectors(3), new Sectors(100))),
        params.devices());
    for (String bad : List.of("", "8:16", "8:16 0", "8:16 0 0 8:16", "8:16 0 0 1 2 3 4 5 6 7")) {
      assertEquals(
          "Requires exactly 3, 6 or 9 arguments", refused("delay", 8, bad).kernelText(), bad);
    }
    assertEquals("Invalid device sector", refused("delay", 8, "8:16 0x 1y").kernelText());
    for (String bad : List.of("x", "-1", "+1", "1x")) {
      assertEquals("Invalid delay", refused("delay", 8, "8:16 0 " + bad).kernelText(), bad);
    }
    ParamsException second = refused("delay", 8, "8:16 0 4294967295 /dev/a 0 x");
    assertEquals("Invalid delay", second.kernelText());
    assertEquals(List.of(SDB), second.devicesBefore());
    ParamsException wraps = refused("delay", 8, "8:16 0 4294967296");
    assertEquals(false, wraps.certain());
  }

  @Test
  void logWritesIgnoresFurtherWords() throws ParamsException {
    TargetParams params =
        TargetParams.parse("log-writes", new Sectors(100), "8:16 /dev/log and more");
    assertEquals("8:16 /dev/log", params.text());
    assertEquals(
        List.of(
            new DeviceUse(SDB, Sectors.ZERO, new Sectors(100)),
            new DeviceUse(new DeviceRef.Path("/dev/log"), Sectors.ZERO, Sectors.ZERO)),
        params.devices());
    assertEquals("Invalid argument count", refused("log-writes", 8, "8:16").kernelText());
    ParamsException log = refused("log-writes", 8, "8:16 9999:0");
    assertEquals("Log device lookup failed", log.kernelText());
    assertEquals(List.of(SDB), log.devicesBefore());
  }

  @Test
  void ebs() throws ParamsException {
    assertEquals(
        "8:16 16 1 8", TargetParams.parse("ebs", new Sectors(64), "8:16 016 01 08").text());
    assertEquals("8:16 16 8", TargetParams.parse("ebs", new Sectors(64), "8:16 16 8").text());
    String[][] faults = {
      {"Invalid argument count", "8:16 0"},
      {"Invalid argument count", "8:16 0 1 8 8"},
      {"Invalid device offset sector", "8:16 x 1"},
      {"Invalid device offset sector", "8:16 64 1"},
      {"Invalid emulated block size", "8:16 0 0"},
      {"Invalid emulated block size", "8:16 0 3"},
      {"Invalid emulated block size", "8:16 0 16"},
      {"Invalid emulated block size", "8:16 0 256"},
      {"Invalid underlying block size", "8:16 0 1 0"},
      {"Invalid underlying block size", "8:16 0 1 12"},
      {"Invalid underlying block size", "8:16 0 1 4294967296"},
      {"Device lookup failed", "9999:0 0 1"},
      {"Device offset must be multiple of underlying block size", "8:16 4 1 8"},
    };
    for (String[] fault : faults) {
      assertEquals(fault[0], refused("ebs", 64, fault[1]).kernelText(), fault[1]);
    }
    assertEquals(false, refused("ebs", 64, "8:16 0 16").certain());
    assertEquals(true, refused("ebs", 64, "8:16 0 256").certain());
    assertEquals(List.of(SDB), refused("ebs", 64, "8:16 4 1 8").devicesBefore());
  }

  @Test
  void errorIgnoresItsParameters() throws ParamsException {
    assertEquals(new ErrorParams(), TargetParams.parse("error", new Sectors(8), "8:16 0 whatever"));
    assertEquals("", new ErrorParams().text());
  }

  @Test
  void zeroTakesNone() throws ParamsException {
    assertEquals(new ZeroParams(), TargetParams.parse("zero", new Sectors(8), "  "));
    assertEquals("No arguments required", refused("zero", 8, "x").kernelText());
  }

  @Test
  void whatLaterKernelsMayTakeIsTheirsToRefuse() {
    for (String features :
        List.of("1 error_reads", "2 random_read_corrupt 5", "11 x", "1 no_such_feature")) {
      assertFalse(refused("flakey", 8, "8:16 0 1 1 " + features).certain(), features);
    }
    assertTrue(refused("flakey", 8, "8:16 0 1 1 2 drop_writes").certain());
  }

  @Test
  void targetsThatAnswerEinvalWhateverTheDeviceIs() {
    assertEquals(Errno.EINVAL, refused("dust", 8, "5000:0 0 512").errno());
    assertEquals(Errno.EINVAL, refused("unstriped", 8, "1 8 0 5000:0 0").errno());
    assertEquals(List.of(), refused("unstriped", 8, "1 8 0 8:16 x").devicesBefore());
    assertEquals(List.of(SDB), refused("switch", 8, "1 8 0 8:16 x").devicesBefore());
    assertEquals(Errno.EOVERFLOW, refused("switch", 8, "1 8 0 5000:0 0").errno());
    assertEquals(Errno.EOVERFLOW, refused("flakey", 8, "5000:0 0 1 1").errno());
  }

  @Test
  void othersPassThrough() throws ParamsException {
    TargetParams params = TargetParams.parse("crypt", new Sectors(8), " aes  key\\ ");
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
    assertEquals(Errno.ENOMEM, e.errno());
    assertEquals(
        "Not enough destinations specified",
        refused("striped", 1L << 30, "1073741824 1").kernelText());
  }

  @Test
  void stripesThatDoNotFitCannotBeMade() {
    List<StripedParams.Stripe> two =
        List.of(
            new StripedParams.Stripe(SDB, Sectors.ZERO),
            new StripedParams.Stripe(SDB, new Sectors(8)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new StripedParams(new Sectors(8), two, new Sectors(24)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new StripedParams(Sectors.ZERO, two, new Sectors(16)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new StripedParams(new Sectors(8), List.of(), new Sectors(16)));
  }

  @Test
  void whatTheyPrintTheyRead() throws ParamsException {
    Random random = new Random(11);
    for (int i = 0; i < 50_000; i++) {
      TargetParams params = randomParams(random);
      Sectors length = new Sectors(1024);
      if (params instanceof StripedParams striped) {
        length = striped.length();
      } else if (!params.devices().isEmpty()) {
        length = params.devices().get(0).length();
      }
      assertEquals(params, TargetParams.parse(params.type(), length, params.text()));
    }
  }

  private static TargetParams randomParams(Random random) {
    switch (random.nextInt(12)) {
      case 0:
        return new LinearParams(randomDevice(random), randomSector(random), randomSector(random));
      case 1:
        List<StripedParams.Stripe> stripes = new ArrayList<>();
        for (int n = 1 + random.nextInt(9); n > 0; n--) {
          stripes.add(new StripedParams.Stripe(randomDevice(random), randomSector(random)));
        }
        long chunk = 1 + (random.nextInt() >>> 1);
        long chunks = stripes.size() * random.nextInt(999);
        return new StripedParams(new Sectors(chunk), stripes, new Sectors(chunk * chunks));
      case 2:
        return new ErrorParams();
      case 3:
        return new ZeroParams();
      case 4:
        long count = random.nextInt() & 0xffff_ffffL | 1;
        long stripe = random.nextLong(count + 1);
        return new UnstripedParams(
            count,
            new Sectors(1 << random.nextInt(11)),
            stripe,
            randomDevice(random),
            randomSector(random),
            new Sectors(1024));
      case 5:
        List<SwitchParams.Path> paths = new ArrayList<>();
        for (int n = 1 + random.nextInt(9); n > 0; n--) {
          paths.add(new SwitchParams.Path(randomDevice(random), randomSector(random)));
        }
        return new SwitchParams(
            new Sectors(1 + (random.nextInt() >>> 1)), paths, new Sectors(1024));
      case 6:
        return randomFlakey(random);
      case 7:
        return new DustParams(
            randomDevice(random),
            randomSector(random),
            512 << random.nextInt(11),
            new Sectors(1024));
      case 8:
        List<DelayParams.Route> routes = new ArrayList<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          long millis = random.nextInt() & 0xffff_ffffL;
          routes.add(new DelayParams.Route(randomDevice(random), randomSector(random), millis));
        }
        return new DelayParams(routes, randomSector(random));
      case 9:
        return new LogWritesParams(
            randomDevice(random), randomDevice(random), randomSector(random));
      case 10:
        long block = 1L << random.nextInt(32);
        long start = block * random.nextInt(99);
        return new EbsParams(
            randomDevice(random),
            new Sectors(start),
            new Sectors(1L << random.nextInt(4)),
            new Sectors(block),
            new Sectors(start + 1));
      default:
        return new RawParams("thin", random.nextInt() + " \\ \t" + random.nextInt());
    }
  }

  private static Sectors randomSector(Random random) {
    return new Sectors(random.nextLong());
  }

  private static FlakeyParams randomFlakey(Random random) {
    boolean ofWrites = random.nextBoolean();
    FlakeyParams.Corruption corruption =
        random.nextBoolean()
            ? null
            : new FlakeyParams.Corruption(
                1 + (random.nextInt() >>> 1),
                ofWrites,
                random.nextInt(256),
                random.nextInt() & 0xffff_ffffL);
    FlakeyParams.Writes writes =
        corruption != null && ofWrites
            ? FlakeyParams.Writes.PLAIN
            : FlakeyParams.Writes.values()[random.nextInt(3)];
    return new FlakeyParams(
        randomDevice(random),
        randomSector(random),
        random.nextInt() >>> 1,
        1 + (random.nextInt() >>> 2),
        writes,
        corruption,
        new Sectors(1024));
  }

  private static DeviceRef randomDevice(Random random) {
    return random.nextBoolean()
        ? new DeviceRef.Number(new DeviceNumber(random.nextInt(4096), random.nextInt(1 << 20)))
        : new DeviceRef.Path("/d \\\u00a0\u00ff".substring(0, 1 + random.nextInt(6)));
  }
}

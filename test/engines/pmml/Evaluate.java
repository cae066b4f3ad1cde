import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;

/** Evaluate MODEL ROWS FIELD...: raw columns under a header, records and cells parted by the separators of ASCII, \N = missing, into the fields named. */
public class Evaluate {
  public static void main(String[] args) throws Exception {
    Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(new File(args[0])).build();
    evaluator.verify();
    List<String> lines = List.of(Files.readString(Path.of(args[1])).split("\u001e"));
    String[] names = lines.get(0).split("\u001f", -1);
    StringBuilder out = new StringBuilder();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\u001f", -1);
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 0; i < names.length; i++) row.put(names[i], cells[i].equals("\\N") ? null : cells[i]);
      Map<String, Object> prepared = new LinkedHashMap<>();
      for (InputField field : evaluator.getInputFields()) prepared.put(field.getName(), field.prepare(row.get(field.getName())));
      Map<String, ?> results = EvaluatorUtil.decodeAll(evaluator.evaluate(prepared));
      List<String> answers = new ArrayList<>();
      for (int i = 2; i < args.length; i++) answers.add(String.valueOf(results.get(args[i])));
      out.append(String.join("\t", answers)).append('\n');
    }
    System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }
}

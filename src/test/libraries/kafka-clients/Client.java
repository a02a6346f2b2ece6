import java.io.FileReader;
import java.util.Properties;
import java.util.Scanner;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

class Client {

    public static void main(String[] arguments) throws Exception {
        var properties = new Properties();
        try (var file = new FileReader(arguments[0])) {
            properties.load(file);
        }
        properties.put("bootstrap.servers", arguments[1]);
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (var lines = new Scanner(System.in); lines.hasNextLine(); ) {
                producer.send(new ProducerRecord<>("java", lines.nextLine())).get();
                System.out.println("written");
            }
        }
    }
}

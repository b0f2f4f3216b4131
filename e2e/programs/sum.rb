# Sums up a file and its input, moves a file about, prints a lot.
$stdout.sync = false

numbers = File.readlines("/data/in.txt").map { |line| line.split[1].to_i }
puts "file: #{numbers.size} lines, #{numbers.sum}"

numbers = $stdin.each_line.map(&:to_i)
puts "stdin: #{numbers.size} lines, #{numbers.sum}"

File.write("/data/tmp.txt", "from the program\n")
File.open("/data/tmp.txt", "a") { |f| f.write("twice\n") }
File.rename("/data/tmp.txt", "/data/out.txt")
puts "dir: #{Dir.children("/data").sort.join(" ")} #{File.size("/data/out.txt")}"

100000.times { |i| puts "#{i} #{i * i}" }
puts "done"
exit 3

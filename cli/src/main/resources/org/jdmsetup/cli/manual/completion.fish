# fish completion for dmsetup: commands, options, devices, target types, fields of reports.

function __dmsetup_words
    commandline -opc | string match -v -- '-*'
end

function __dmsetup_no_command
    test (count (__dmsetup_words)) -lt 2
end

function __dmsetup_command
    set -l words (__dmsetup_words)
    test (count $words) -gt 1; and contains -- $words[2] $argv
end

function __dmsetup_devices
    command dmsetup ls 2>/dev/null | string match -r '^[^\t]+(?=\t)'
end

function __dmsetup_columns
    if contains -- --tree (commandline -opc)
        string split ' ' '@TREE_OPTIONS@'
    else if __dmsetup_command ls deps
        string split ' ' 'devno devname blkdevname'
    else
        string split ' ' '@FIELDS@'
    end
end

function __dmsetup_types
    command dmsetup targets 2>/dev/null | string replace -r ' .*' ''
end

complete -c dmsetup -f
complete -c dmsetup -n '__dmsetup_command remove suspend resume clear wipe_table deps info status table measure mknodes mangle load reload rename message wait setgeometry' -a '(__dmsetup_devices)'
complete -c dmsetup -n '__dmsetup_command create load reload check' -F
complete -c dmsetup -n '__dmsetup_command target-version' -a '(__dmsetup_types)'

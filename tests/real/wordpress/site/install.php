<?php
/**
 * Installs WordPress, the stand-in for WooCommerce, ours, and the people of the tests.
 */

define( 'WP_INSTALLING', true );
$_SERVER['HTTP_HOST'] = (string) parse_url( getenv( 'SITE_URL' ), PHP_URL_HOST );

$socket     = getenv( 'SITE_DATABASE' );
$connection = new mysqli( null, 'root', '', '', 0, $socket );
$connection->query( 'CREATE DATABASE wordpress CHARACTER SET utf8mb4' );

// Nobody is told of a new site.
function wp_new_blog_notification() {}

require getenv( 'SITE_FOLDER' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'Οπτικά Νησί', 'owner', 'owner@store.example', false, '', 'owner' );
update_option( 'permalink_structure', '/%postname%/' );
